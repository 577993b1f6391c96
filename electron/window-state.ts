import { readFileSync, writeFileSync } from 'node:fs'

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

export interface WindowState {
  bounds: Rectangle
  maximized: boolean
}

const MINIMUM_VISIBLE = 100

/** The remembered state, unless there is none or its screen is gone. */
export function loadWindowState(file: string, screens: readonly Rectangle[]): WindowState | undefined {
  try {
    const state: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isWindowState(state) && isVisible(state.bounds, screens) ? state : undefined
  } catch {
    return undefined
  }
}

export function saveWindowState(file: string, state: WindowState): void {
  writeFileSync(file, JSON.stringify(state))
}

/** Whether enough of a window lies on some screen to be grasped there. */
export function isVisible(bounds: Rectangle, screens: readonly Rectangle[]): boolean {
  return screens.some((screen) => {
    const width = Math.min(bounds.x + bounds.width, screen.x + screen.width) - Math.max(bounds.x, screen.x)
    const height = Math.min(bounds.y + bounds.height, screen.y + screen.height) - Math.max(bounds.y, screen.y)
    return width >= MINIMUM_VISIBLE && height >= MINIMUM_VISIBLE
  })
}

function isWindowState(value: unknown): value is WindowState {
  const { bounds, maximized } = (value ?? {}) as Partial<WindowState>
  const sides = [bounds?.x, bounds?.y, bounds?.width, bounds?.height]
  return typeof maximized === 'boolean' && sides.every((side) => Number.isInteger(side))
}

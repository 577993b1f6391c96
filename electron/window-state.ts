import { z } from 'zod'
import { readJson, writeJson } from './json-file.ts'

const Rectangle = z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) })
export type Rectangle = z.output<typeof Rectangle>

const WindowState = z.object({
  /** Where the page comes from. */
  origin: z.string().max(300),
  route: z.string().max(500),
  bounds: Rectangle,
  /** The screen it was on, and where that screen was then. */
  display: z.object({ id: z.number(), area: Rectangle }),
  maximized: z.boolean(),
  fullScreen: z.boolean(),
})
export type WindowState = z.output<typeof WindowState>

/** A screen that is there now; the first in a list is the main one. */
export interface Display {
  id: number
  workArea: Rectangle
}

const MAX_WINDOWS = 20
/** So much of a window must lie on a screen that it can be grasped there. */
const MINIMUM_VISIBLE = 100

/** The windows that were open last time; a damaged entry is left out, the others stay. */
export function loadWindows(file: string): WindowState[] {
  const known = readJson(file)
  if (!Array.isArray(known)) return []
  return known.slice(0, MAX_WINDOWS).flatMap((entry) => WindowState.safeParse(entry).data ?? [])
}

export function saveWindows(file: string, windows: readonly WindowState[]): void {
  writeJson(file, windows.slice(0, MAX_WINDOWS))
}

/**
 * Where a window goes on the screens that are there now: to its own screen, also when that has moved; else where it was, when
 * some screen shows that place; else to the main screen. Never larger than the screen and never out of sight. Pure.
 */
export function placeOn(displays: readonly Display[], state: Pick<WindowState, 'bounds' | 'display'>): Rectangle {
  const { bounds, display } = state
  const own = displays.find(({ id }) => id === display.id)
  if (own) {
    const moved = { ...bounds, x: bounds.x - display.area.x + own.workArea.x, y: bounds.y - display.area.y + own.workArea.y }
    return fit(moved, own)
  }
  const shown = displays.find((candidate) => isVisible(bounds, [candidate]))
  if (shown) return fit(bounds, shown)
  const [main] = displays
  return main ? centre(bounds, main.workArea) : bounds
}

export function isVisible(bounds: Rectangle, displays: readonly Display[]): boolean {
  return displays.some(({ workArea }) => {
    const width = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x)
    const height = Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y)
    // The title bar is what a window is moved by.
    return width >= MINIMUM_VISIBLE && height >= MINIMUM_VISIBLE && bounds.y >= workArea.y
  })
}

/** Made smaller where it must be; a window that would then be out of reach goes to the middle. */
function fit(bounds: Rectangle, display: Display): Rectangle {
  const { width, height } = display.workArea
  const fitting = { ...bounds, width: Math.min(bounds.width, width), height: Math.min(bounds.height, height) }
  return isVisible(fitting, [display]) ? fitting : centre(fitting, display.workArea)
}

function centre(bounds: Rectangle, area: Rectangle): Rectangle {
  const width = Math.min(bounds.width, area.width)
  const height = Math.min(bounds.height, area.height)
  return { x: area.x + Math.round((area.width - width) / 2), y: area.y + Math.round((area.height - height) / 2), width, height }
}

import { screen, type BrowserWindow } from 'electron'
import { isVisible, placeOn, type Display, type Rectangle, type WindowState } from './window-state.ts'

/** The screens that are there now, the main one first. */
export function displays(): Display[] {
  const main = screen.getPrimaryDisplay().id
  return screen.getAllDisplays().sort((a, b) => Number(b.id === main) - Number(a.id === main))
}

/** Where a window is, and on which screen; a maximized one says where it would go back to. */
export function placeOf(window: BrowserWindow): Pick<WindowState, 'bounds' | 'display' | 'maximized' | 'fullScreen'> {
  const { id, workArea } = screen.getDisplayMatching(window.getBounds())
  const isFull = window.isFullScreen()
  return { bounds: window.getNormalBounds(), display: { id, area: workArea }, maximized: window.isMaximized(), fullScreen: isFull }
}

export interface Placed {
  window: BrowserWindow
  /** Where it was when that was last looked at. */
  place: Pick<WindowState, 'bounds' | 'display' | 'maximized' | 'fullScreen'>
}

/**
 * Keeps windows in sight when screens come and go: those of a screen that is gone move to one that is there, and go back when
 * the screen returns, unless somebody has moved them meanwhile.
 */
export function followScreens(windows: () => readonly Placed[]): void {
  const displaced = new Map<BrowserWindow, { home: Placed['place']; at: Rectangle }>()
  screen.on('display-removed', (_event, { id }) => {
    for (const { window, place } of windows()) {
      if (place.display.id === id) {
        move(window, place)
        displaced.set(window, { home: place, at: window.getBounds() })
      }
    }
  })
  screen.on('display-added', (_event, { id }) => {
    for (const [window, { home, at }] of displaced) {
      if (home.display.id !== id) continue
      displaced.delete(window)
      if (!window.isDestroyed() && isSame(window.getBounds(), at)) move(window, home)
    }
  })
  screen.on('display-metrics-changed', () => {
    for (const { window, place } of windows()) if (!isVisible(window.getBounds(), displays())) move(window, place)
  })
}

function move(window: BrowserWindow, place: Placed['place']): void {
  if (window.isFullScreen()) window.setFullScreen(false)
  if (window.isMaximized()) window.unmaximize()
  window.setBounds(placeOn(displays(), place))
  if (place.maximized) window.maximize()
  if (place.fullScreen) window.setFullScreen(true)
}

function isSame(a: Rectangle, b: Rectangle): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isVisible, loadWindowState, saveWindowState } from './window-state.ts'

const laptop = { x: 0, y: 0, width: 1440, height: 900 }
const wall = { x: 1440, y: -200, width: 3840, height: 2160 }

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'spacefort-window-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('window state', () => {
  it('comes back as it was saved', () => {
    const file = join(folder, 'window.json')
    const state = { bounds: { x: 10, y: 20, width: 1200, height: 800 }, maximized: true }
    saveWindowState(file, state)
    expect(loadWindowState(file, [laptop])).toEqual(state)
  })

  it('is forgotten when its screen is gone', () => {
    const file = join(folder, 'window.json')
    saveWindowState(file, { bounds: { x: 2000, y: 0, width: 1200, height: 800 }, maximized: false })
    expect(loadWindowState(file, [laptop, wall])).toBeDefined()
    expect(loadWindowState(file, [laptop])).toBeUndefined()
  })

  it.each(['', 'null', '{}', '{"bounds":{"x":"0","y":0,"width":1,"height":1},"maximized":true}'])(
    'is forgotten when the file says %j',
    (text) => {
      const file = join(folder, 'window.json')
      writeFileSync(file, text)
      expect(loadWindowState(file, [laptop])).toBeUndefined()
    },
  )

  it.each([
    [{ x: 1400, y: 100, width: 800, height: 600 }, false],
    [{ x: 1300, y: 100, width: 800, height: 600 }, true],
    [{ x: -750, y: 100, width: 800, height: 600 }, false],
    [{ x: 100, y: 850, width: 800, height: 600 }, false],
  ])('on a laptop, %j is visible: %j', (bounds, visible) => {
    expect(isVisible(bounds, [laptop])).toBe(visible)
  })
})

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isVisible, loadWindows, placeOn, saveWindows, type Display, type WindowState } from './window-state.ts'

const laptop: Display = { id: 1, workArea: { x: 0, y: 25, width: 1440, height: 875 } }
const wall: Display = { id: 2, workArea: { x: 1440, y: -200, width: 3840, height: 2160 } }
const onWall: WindowState = {
  origin: 'app://console',
  route: '/wall',
  bounds: { x: 1540, y: -100, width: 2000, height: 1200 },
  display: { id: 2, area: wall.workArea },
  maximized: true,
  fullScreen: false,
}

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spacefort-windows-'))
  file = join(folder, 'windows.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('remembered windows', () => {
  it('come back as they were saved, and nothing else is left in the folder', () => {
    const states = [onWall, { ...onWall, route: '/pages/one', maximized: false }]
    saveWindows(file, states)
    expect(loadWindows(file)).toEqual(states)
    expect(readdirSync(folder)).toEqual(['windows.json'])
  })

  it.each(['', 'null', '{}', '[null, 1, {}]', '[{"origin":"app://console"}]'])('are none when the file says %j', (text) => {
    writeFileSync(file, text)
    expect(loadWindows(file)).toEqual([])
  })

  it('lose only the damaged entry', () => {
    writeFileSync(file, JSON.stringify([{ ...onWall, bounds: { ...onWall.bounds, width: '2000' } }, onWall]))
    expect(loadWindows(file)).toEqual([onWall])
  })
})

describe('the place of a window', () => {
  it('is where it was', () => {
    expect(placeOn([laptop, wall], onWall)).toEqual(onWall.bounds)
  })

  it('follows its screen to where that is now', () => {
    const left = { ...wall, workArea: { ...wall.workArea, x: -3840, y: 0 } }
    expect(placeOn([laptop, left], onWall)).toEqual({ x: -3740, y: 100, width: 2000, height: 1200 })
  })

  it('is the middle of the main screen when its own is gone, and fits there', () => {
    expect(placeOn([laptop], onWall)).toEqual({ x: 0, y: 25, width: 1440, height: 875 })
  })

  it('shows enough to be grasped, whatever was remembered and whatever screens there are', () => {
    const rectangle = fc.record({
      x: fc.integer({ min: -9000, max: 9000 }),
      y: fc.integer({ min: -9000, max: 9000 }),
      width: fc.integer({ min: 800, max: 9000 }),
      height: fc.integer({ min: 500, max: 9000 }),
    })
    const display = fc.record({ id: fc.integer({ min: 1, max: 4 }), workArea: rectangle })
    fc.assert(
      fc.property(
        fc.uniqueArray(display, { minLength: 1, maxLength: 4, selector: ({ id }) => id }),
        rectangle,
        display,
        (displays, bounds, own) => {
          const place = placeOn(displays, { bounds, display: { id: own.id, area: own.workArea } })
          expect(isVisible(place, displays)).toBe(true)
        },
      ),
    )
  })
})

import { EventEmitter } from 'node:events'
import { mustBeReady } from './app.ts'

interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

interface Display {
  id: number
  workArea: Rectangle
}

const ONE_SCREEN: Display[] = [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1080 } }]

/** Screens that a test plugs in and out; the first is the main one. */
class Screen extends EventEmitter {
  #displays: Display[] = process.env.DOUBLE_DISPLAYS ? (JSON.parse(process.env.DOUBLE_DISPLAYS) as Display[]) : ONE_SCREEN

  getAllDisplays(): Display[] {
    mustBeReady('screen')
    return [...this.#displays]
  }

  getPrimaryDisplay = () => this.#displays[0]

  getDisplayMatching(bounds: Rectangle): Display {
    mustBeReady('screen')
    return this.getAllDisplays().reduce((best, display) => (overlap(display, bounds) > overlap(best, bounds) ? display : best))
  }

  plug(displays: Display[]): void {
    const before = this.#displays
    this.#displays = displays
    const missingIn = (list: Display[]) => (display: Display) => !list.some(({ id }) => id === display.id)
    for (const gone of before.filter(missingIn(displays))) this.emit('display-removed', {}, gone)
    for (const added of displays.filter(missingIn(before))) this.emit('display-added', {}, added)
    for (const display of displays) this.emit('display-metrics-changed', {}, display, ['workArea'])
  }
}

export const screen = new Screen()

function overlap({ workArea }: Display, bounds: Rectangle): number {
  const width = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x)
  const height = Math.min(bounds.y + bounds.height, workArea.y + workArea.height) - Math.max(bounds.y, workArea.y)
  return Math.max(0, width) * Math.max(0, height)
}

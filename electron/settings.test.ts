import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { autostartEntry } from './autostart.ts'
import { SettingsFile } from './settings.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spacefort-settings-'))
  file = join(folder, 'settings.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('settings', () => {
  it('are kept at every change, for this person only', () => {
    new SettingsFile(file).change({ startAtLogin: true, quietUntil: 5 })
    expect(new SettingsFile(file).value).toMatchObject({ startAtLogin: true, quietUntil: 5, offerLocally: true })
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('fall back one by one when the file is damaged', () => {
    writeFileSync(
      file,
      JSON.stringify({ keepRunning: 'yes', startAtLogin: true, remotes: ['http://evil.example'], startWith: 'file:///x' }),
    )
    expect(new SettingsFile(file).value).toMatchObject({ keepRunning: true, startAtLogin: true, remotes: [], startWith: null })
    writeFileSync(file, 'no JSON')
    expect(new SettingsFile(file).value.offerLocally).toBe(true)
  })

  it('list consoles once, the latest first, and forget one with everything about it', () => {
    const settings = new SettingsFile(file)
    for (const origin of ['https://a.example', 'https://b.example', 'https://a.example']) settings.rememberRemote(origin)
    settings.change({ startWith: 'https://a.example' })
    expect(settings.value.remotes).toEqual(['https://a.example', 'https://b.example'])
    settings.forgetRemote('https://a.example')
    expect(settings.value).toMatchObject({ remotes: ['https://b.example'], startWith: null })
    expect(readFileSync(file, 'utf8')).not.toContain('a.example')
  })
})

describe('the entry that starts the program at login', () => {
  it('quotes what the shell of the desktop would take apart', () => {
    expect(autostartEntry(['/opt/My "Space" $1 100%/spacefort'])).toContain(
      String.raw`Exec="/opt/My \\"Space\\" \\$1 100%%/spacefort" --hidden`,
    )
  })
})

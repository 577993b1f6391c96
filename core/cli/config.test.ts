import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig, removeConfig, resolveServer, saveConfig } from './config.ts'
import { configFile } from './paths.ts'

let folder: string
let env: Record<string, string | undefined>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spacefort-config-'))
  env = { XDG_CONFIG_HOME: folder, SPACEFORT_DATA: join(folder, 'data') }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function runServerHere(pid = process.pid) {
  mkdirSync(join(folder, 'data'))
  writeFileSync(join(folder, 'data', 'server.json'), JSON.stringify({ url: 'http://127.0.0.1:9', pid }))
  writeFileSync(join(folder, 'data', 'cli-token'), 'local\n')
}

describe('saveConfig', () => {
  it('keeps the token for the user alone, also over a file that others could read', async () => {
    mkdirSync(join(folder, 'spacefort'))
    writeFileSync(configFile(env), '{}', { mode: 0o644 })
    const file = await saveConfig(env, { url: 'http://a', token: 't' })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await loadConfig(env)).toEqual({ url: 'http://a', token: 't' })
    await removeConfig(env)
    expect(await loadConfig(env)).toBeUndefined()
  })

  it('refuses a damaged file instead of talking to the wrong server', async () => {
    mkdirSync(join(folder, 'spacefort'))
    writeFileSync(configFile(env), '{"url":')
    await expect(resolveServer(env, {})).rejects.toMatchObject({ exitCode: 8 })
  })
})

describe('resolveServer', () => {
  it('prefers flags to variables to the login to a server here', async () => {
    runServerHere()
    expect(await resolveServer(env, {})).toEqual({ url: 'http://127.0.0.1:9', token: 'local', source: 'local' })
    await saveConfig(env, { url: 'http://login', token: 'kept' })
    expect(await resolveServer(env, {})).toEqual({ url: 'http://login', token: 'kept', source: 'login' })
    const variables = { ...env, SPACEFORT_URL: 'https://variable/', SPACEFORT_TOKEN: 'v' }
    expect(await resolveServer(variables, {})).toEqual({ url: 'https://variable', token: 'v', source: 'environment' })
    expect(await resolveServer(variables, { url: 'http://flag:1', token: 'f' })).toEqual({
      url: 'http://flag:1',
      token: 'f',
      source: 'flag',
    })
  })

  it('never sends a remembered token to another server', async () => {
    runServerHere()
    await saveConfig(env, { url: 'http://login', token: 'kept' })
    expect(await resolveServer(env, { url: 'http://elsewhere' })).not.toHaveProperty('token')
    expect(await resolveServer(env, { url: 'http://login/' })).toMatchObject({ token: 'kept' })
    expect(await resolveServer(env, { url: 'http://127.0.0.1:9' })).toMatchObject({ token: 'local' })
  })

  it('ignores a server that is not alive any more', async () => {
    runServerHere(2 ** 22 + 1)
    await expect(resolveServer(env, {})).rejects.toMatchObject({ exitCode: 6 })
  })

  it.each(['ftp://a', 'localhost:7420', 'javascript:alert(1)', ''])('refuses "%s" as an address', async (url) => {
    await expect(resolveServer(env, { url })).rejects.toMatchObject({ exitCode: 8 })
  })
})

import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

type Environment = Record<string, string | undefined>

/** File with the address and token of the server that was signed in to. */
export function configFile(env: Environment): string {
  return join(base(env, { variable: 'XDG_CONFIG_HOME', windows: 'APPDATA', home: ['.config'] }), 'spacefort', 'config.json')
}

/** Folder where a local console keeps its data unless told otherwise: `SPACEFORT_DATA`, else the user's data folder. */
export function defaultDataDir(env: Environment): string {
  if (env.SPACEFORT_DATA) return env.SPACEFORT_DATA
  return join(base(env, { variable: 'XDG_DATA_HOME', windows: 'LOCALAPPDATA', home: ['.local', 'share'] }), 'spacefort')
}

/** File in the data folder in which a running server says where it is. */
export const SERVER_FILE = 'server.json'
/** File in the data folder with the token for the command line of the same user. */
export const CLI_TOKEN_FILE = 'cli-token'

function base(env: Environment, choice: { variable: string; windows: string; home: string[] }): string {
  const chosen = env[choice.variable]
  // The XDG specification says to ignore relative paths.
  if (chosen && isAbsolute(chosen)) return chosen
  const windows = process.platform === 'win32' ? env[choice.windows] : undefined
  return windows ?? join(env.HOME ?? homedir(), ...choice.home)
}

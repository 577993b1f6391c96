import { mustBeReady } from './app.ts'
import { calls } from './calls.ts'

type Decide = (
  ...request: [contents: null, permission: string, answer: (allowed: boolean) => void, details: { requestingUrl: string }]
) => void
type Check = (contents: null, permission: string, origin: string) => boolean
type BeforeRequest = (details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void

/** Cookies, permissions and request filters of some windows. */
export class Session {
  readonly name: string
  #decide: Decide | undefined
  #check: Check | undefined
  #before: { urls: string[]; listener: BeforeRequest } | undefined

  constructor(name: string) {
    this.name = name
  }

  setPermissionRequestHandler = (handler: Decide) => (this.#decide = handler)
  setPermissionCheckHandler = (handler: Check) => (this.#check = handler)
  setDevicePermissionHandler = (handler: () => boolean) => calls.add('session.setDevicePermissionHandler', handler())
  clearStorageData = async () => calls.add('session.clearStorageData', this.name)
  webRequest = {
    onBeforeRequest: ({ urls }: { urls: string[] }, listener: BeforeRequest) => (this.#before = { urls, listener }),
  }

  async permission(permission: string, url: string): Promise<{ asked: unknown; checked: unknown }> {
    return {
      asked: await new Promise((resolve) => this.#decide?.(null, permission, resolve, { requestingUrl: url })),
      checked: this.#check?.(null, permission, url),
    }
  }

  async mayRequest(url: string): Promise<boolean> {
    const { urls, listener } = this.#before ?? { urls: [] }
    if (!urls.some((pattern) => url.startsWith(pattern.replace('*/*', '')))) return true
    return new Promise((resolve) => listener?.({ url }, ({ cancel }) => resolve(cancel !== true)))
  }
}

const sessions = new Map<string, Session>()

export function fromPartition(name: string): Session {
  mustBeReady('session')
  const known = sessions.get(name) ?? new Session(name)
  sessions.set(name, known)
  return known
}

export const DEFAULT = 'default'
export const session = {
  get defaultSession() {
    return fromPartition(DEFAULT)
  },
  fromPartition,
}

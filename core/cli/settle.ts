import type { Command } from 'commander'
import type { App } from '../contract/index.ts'
import { status } from './format.ts'
import type { Output } from './output.ts'
import type { Session } from './session.ts'
import { durationOption, waitFor } from './wait.ts'

export interface WaitOptions {
  wait?: boolean
  timeout: number
}

/** Gives a command `--wait` and `--timeout`. */
export function withWait(command: Command, until: string): Command {
  return command
    .option('--wait', `wait until ${until}`)
    .option('--timeout <duration>', 'how long to wait, as in "90s" or "5m"', durationOption, 300_000)
}

/** Whether an app is as wanted: every instance healthy and up to date, and none too many; or stopped, with none left. */
function isSettled(app: App): boolean {
  return app.state === 'running' ? app.status === 'healthy' && app.healthy === app.wanted : app.status === 'stopped'
}

/** How far an app is, in one line. */
export function progress(app: App): string {
  const counts = [
    `${app.name}: ${app.healthy} of ${app.wanted} healthy`,
    app.running !== app.healthy ? `${app.running} running` : '',
    app.starting ? `${app.starting} starting` : '',
    app.waiting ? `${app.waiting} waiting` : '',
    app.outdated ? `${app.outdated} to replace` : '',
  ]
  return `${counts.filter(Boolean).join(', ')}${app.statusMessage ? ` (${app.statusMessage})` : ''}`
}

export async function settle(session: Session, name: string, timeoutMs: number): Promise<App> {
  return waitFor({
    read: () => session.client.apps.get({ name }),
    reached: isSettled,
    missing: (app) => (app.healthy === app.wanted && app.outdated === 0 ? `${progress(app)}, instances are stopping` : progress(app)),
    timeoutMs,
    note: (text) => session.out.note(text),
  })
}

/** Reports the app a change returned, after waiting for it when asked to. */
export async function reportApp(session: Session, app: App, options: WaitOptions): Promise<void> {
  const final = options.wait ? await settle(session, app.name, options.timeout) : app
  session.out.result(final, () => session.out.line(progress(final)))
}

/** Prints apps as a table. */
export function appTable(out: Output, apps: App[]): void {
  out.table(
    ['NAME', 'STATUS', 'HEALTHY', 'RUNNING', 'WANTED', 'WAITING', 'REVISION', 'MESSAGE'],
    apps.map((app) => [app.name, status(app.status), app.healthy, app.running, app.wanted, app.waiting, app.revision, app.statusMessage]),
  )
}

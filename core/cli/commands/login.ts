import { hostname, userInfo } from 'node:os'
import type { Command } from 'commander'
import { createClient, type Client } from '../../contract/client.ts'
import { loadConfig, origin, removeConfig, resolveServer, saveConfig } from '../config.ts'
import { EXIT } from '../exit-code.ts'
import { CliError, failureOf } from '../failure.ts'
import { ask, readSecret } from '../prompt.ts'
import { openSession, type Cli } from '../session.ts'
import { createTransport, type Fetch } from '../transport.ts'

interface LoginOptions {
  user?: string
  passwordStdin?: true
}

export function addLoginCommands(program: Command, cli: Cli): void {
  program
    .command('login')
    .description('sign in and remember the server; a sign-in link works too')
    .argument('[url]', 'address of the server, or a one-time sign-in link; default: the server in use')
    .option('--user <user>', 'name to sign in with')
    .option('--password-stdin', 'read the password from standard input')
    .action(async (link: string | undefined, options: LoginOptions, command: Command) => {
      const { terminal } = cli
      const out = cli.output(command)
      const url = link === undefined ? (await resolveServer(terminal.env, cli.globals(command))).url : origin(link)
      const given = cli.globals(command).token
      const kept = given === undefined ? await makeToken(cli, { url, link, options, interactive: out.interactive }) : { token: given }
      const session = openSession({ url, token: kept.token, source: 'login' }, { fetch: cli.fetch, out })
      const me = await session.client.access.me()
      const file = await saveConfig(terminal.env, { url, ...kept, user: me.name })
      out.result({ url, user: me.name, role: me.role }, () =>
        out.line(`Signed in to ${url} as ${me.name} (${me.role}); remembered in ${file}`),
      )
    })
  program
    .command('logout')
    .description('revoke the remembered token and forget the server')
    .action(async (_options: unknown, command: Command) => {
      const out = cli.output(command)
      const config = await loadConfig(cli.terminal.env)
      if (!config) throw new CliError(EXIT.notFound, 'no server is remembered')
      const revoked = await revoke(cli, command, config)
      await removeConfig(cli.terminal.env)
      out.result({ url: config.url, revoked }, () => {
        out.line(`Signed out of ${config.url}${revoked ? '' : '; its token could not be revoked there, it ends by itself'}`)
      })
    })
}

interface SignIn {
  url: string
  link: string | undefined
  options: LoginOptions
  interactive: boolean
}

/** Signs in for a moment, to make a token that is good for longer and can be revoked by itself. */
async function makeToken(cli: Cli, signIn: SignIn): Promise<{ token: string; tokenId: string }> {
  const client = createClient({ url: signIn.url, fetch: createTransport(withCookies(cli.fetch)) })
  const code = codeOf(signIn.link)
  const me = code === undefined ? await withPassword(cli, client, signIn) : await client.access.signInWithCode({ code })
  const token = await client.access.createToken({ name: tokenName(), role: me.role, expiresInDays: 90 })
  await client.access.signOut().catch(() => undefined)
  return { token: token.value, tokenId: token.id }
}

async function withPassword(cli: Cli, client: Client, { options, interactive }: SignIn) {
  if (options.passwordStdin !== true && !interactive) {
    throw new CliError(EXIT.refused, 'nobody can be asked for a password here', { hint: 'use --token, or --user with --password-stdin' })
  }
  const name = options.user ?? (await ask(cli.terminal, 'User: ')).trim()
  return client.access.signIn({ name, password: await readSecret(cli.terminal, 'Password: ') })
}

/** The one-time code of a sign-in link, wherever in the link it stands. */
function codeOf(link: string | undefined): string | undefined {
  const url = link === undefined ? null : URL.parse(link)
  if (!url) return undefined
  const inFragment = new URLSearchParams(url.hash.replace(/^#[^?]*\??/, ''))
  return url.searchParams.get('code') ?? inFragment.get('code') ?? new URLSearchParams(url.hash.slice(1)).get('code') ?? undefined
}

/** Names tell tokens apart in the list; a second sign-in from here must not collide with the first. */
function tokenName(): string {
  const text = `cli-${userInfo().username}-${hostname()}`.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return `${text.slice(0, 50)}-${Date.now().toString(36)}`.replace(/-+/g, '-')
}

function withCookies(fetchOnce: Fetch): Fetch {
  const cookies = new Map<string, string>()
  return async (request, init) => {
    if (cookies.size > 0) request.headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    // Sessions of browsers are guarded by the origin of the page; ours is the server itself.
    request.headers.set('origin', new URL(request.url).origin)
    const answer = await fetchOnce(request, init)
    for (const cookie of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=;]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(name, value)
    }
    return answer
  }
}

async function revoke(
  cli: Cli,
  command: Command,
  config: { url: string; token?: string | undefined; tokenId?: string | undefined },
): Promise<boolean> {
  if (!config.token || !config.tokenId) return false
  const session = openSession({ url: config.url, token: config.token, source: 'login' }, { fetch: cli.fetch, out: cli.output(command) })
  try {
    await session.client.access.revokeToken({ id: config.tokenId })
    return true
  } catch (error) {
    const { exitCode } = failureOf(error)
    if (exitCode === EXIT.unreachable || exitCode === EXIT.denied || exitCode === EXIT.notFound) return false
    throw error
  }
}

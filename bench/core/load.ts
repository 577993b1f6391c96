import { Agent, request } from 'node:http'

export interface Load {
  requests: number
  seconds: number
  latenciesMs: number[]
}

/** As many questions differ from each other; more than a core keeps the answers of. */
const DIFFERENT = 500

/**
 * Asks over and over, for each caller in turn, on this many connections with one request under way each. Where `{n}` stands in the
 * address a growing number is put.
 */
export async function load(url: string, options: { tokens: readonly string[]; connections: number; seconds: number }): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections })
  const latenciesMs: number[] = []
  let next = 0
  let sent = 0
  const startedAt = performance.now()
  const endsAt = startedAt + options.seconds * 1000
  const ask = () =>
    new Promise<void>((done, failed) => {
      const sentAt = performance.now()
      const asked = request(
        url.replace('{n}', String(sent++ % DIFFERENT)),
        { agent, headers: { authorization: `Bearer ${options.tokens[next++ % options.tokens.length]}` } },
        (answer) => {
          answer.resume().once('end', () => {
            latenciesMs.push(performance.now() - sentAt)
            if (answer.statusCode === 200) done()
            else failed(new Error(`${url} answered ${answer.statusCode}`))
          })
        },
      )
      asked.once('error', failed).end()
    })
  const worker = async () => {
    while (performance.now() < endsAt) await ask()
  }
  await Promise.all(Array.from({ length: options.connections }, worker))
  agent.destroy()
  return { requests: latenciesMs.length, seconds: (performance.now() - startedAt) / 1000, latenciesMs }
}

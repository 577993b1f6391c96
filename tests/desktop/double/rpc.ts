import type { ChildProcess } from 'node:child_process'

/** The two ends of the double, a test and the process that believes to run in Electron, call each other over the IPC channel. */
type Port = Pick<NodeJS.Process, 'on' | 'send'> | ChildProcess

interface Message {
  id: number
  method?: string
  argument?: unknown
  result?: unknown
  error?: string
}

export type Handlers = Readonly<Record<string, (argument: never) => unknown>>
export type Call = <Result>(method: string, argument?: unknown) => Promise<Result>

export function connect(port: Port, handlers: Handlers): Call {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>()
  let lastId = 0
  const reply = (message: Message) => (port as ChildProcess).connected && (port as ChildProcess).send(message)

  const answer = async ({ id, method, argument }: Message) => {
    try {
      const handler = handlers[method ?? '']
      if (!handler) throw new Error(`the double has no method "${method}"`)
      reply({ id, result: await handler(argument as never) })
    } catch (error) {
      reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }

  ;(port as ChildProcess).on('message', (received) => {
    const message = received as Message
    if (message.method !== undefined) return void answer(message)
    const call = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.error === undefined) call?.resolve(message.result as never)
    else call?.reject(new Error(message.error))
  })

  return (method, argument) =>
    new Promise((resolve, reject) => {
      lastId += 1
      waiting.set(lastId, { resolve, reject })
      // A program that has ended answers nothing; the caller must hear of it.
      if ((port as ChildProcess).connected) reply({ id: lastId, method, argument })
      else reject(new Error(`"${method}" was asked of a program that has ended`))
    })
}

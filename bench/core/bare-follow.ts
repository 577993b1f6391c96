// What it takes at least to keep an eye on these hosts, with nothing behind it: their events, a ping every two seconds and a list a
// minute each, over plain connections, answers thrown away. Prints a line when all are followed.
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'

const PING_EVERY_MS = 2000
const PINGS_PER_LIST = 30

const { hosts } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as { hosts: { socket: string }[] }
const ask = (socket: Socket, path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: docker\r\n\r\n`)
const open = (path: string): Promise<Socket> =>
  new Promise((done, failed) => {
    const socket = connect({ path })
    socket.once('error', failed).once('connect', () => done(socket.on('data', () => undefined)))
  })

for (const { socket: path } of hosts) {
  ask(await open(path), '/events')
  const socket = await open(path)
  let turn = Math.floor(Math.random() * PINGS_PER_LIST)
  setTimeout(
    () => setInterval(() => ask(socket, ++turn % PINGS_PER_LIST === 0 ? '/containers/json?all=true' : '/_ping'), PING_EVERY_MS),
    Math.random() * PING_EVERY_MS,
  )
}
console.log(JSON.stringify({ hosts: hosts.length }))

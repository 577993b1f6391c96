import type { SpreadLevel } from './scores/spread.ts'

type Order = (a: number, b: number) => number

/** A failure domain and what it holds: domains of the next level, or hosts. A binary heap, the best child on top. */
interface Domain {
  children: Node[]
  best: number
}
type Node = Domain | number

const bestOf = (node: Node) => (typeof node === 'number' ? node : node.best)

/** Restores the heap below `index` after the node there got worse. */
function sink(heap: Node[], index: number, order: Order): void {
  const node = heap[index]
  if (node === undefined) return
  for (;;) {
    let child = 2 * index + 1
    const left = heap[child]
    if (left === undefined) break
    const right = heap[child + 1]
    let smaller = left
    if (right !== undefined && order(bestOf(right), bestOf(left)) < 0) {
      smaller = right
      child++
    }
    if (order(bestOf(smaller), bestOf(node)) >= 0) break
    heap[index] = smaller
    index = child
  }
  heap[index] = node
}

function heapify(children: Node[], order: Order): Domain {
  for (let index = (children.length >> 1) - 1; index >= 0; index--) sink(children, index, order)
  return { children, best: bestOf(children[0] ?? -1) }
}

/**
 * Hosts that fit, as a tree of failure domains. The best host is at the top at all times, and a change of that host costs
 * time logarithmic in the number of hosts, because placing an instance only changes the domains above its host.
 */
export class HostTree {
  readonly #root: Domain
  readonly #order: Order

  constructor(hosts: number[], levels: readonly SpreadLevel[], order: Order) {
    this.#order = order
    let nodes: Node[] = hosts
    // The innermost level is built first; hosts that are domains themselves need no level of their own.
    for (const level of levels.filter(({ field }) => field !== 'host').toReversed()) {
      const byDomain = new Map<number, Node[]>()
      for (const node of nodes) {
        const domain = level.of[bestOf(node)] ?? 0
        const members = byDomain.get(domain)
        if (members) members.push(node)
        else byDomain.set(domain, [node])
      }
      nodes = Array.from(byDomain.values(), (members) => heapify(members, order))
    }
    this.#root = heapify(nodes, order)
  }

  /** The best host, or -1 when none is left. */
  get best(): number {
    return this.#root.best
  }

  /** Puts the best host and the domains above it where they now belong; takes the host out when `stays` is false. */
  settle(stays: boolean): void {
    const path: Domain[] = []
    for (let node: Node | undefined = this.#root; node !== undefined && typeof node !== 'number'; node = node.children[0]) path.push(node)
    let keep = stays
    for (const domain of path.reverse()) {
      if (keep) sink(domain.children, 0, this.#order)
      else removeTop(domain.children, this.#order)
      keep = domain.children.length > 0
      domain.best = bestOf(domain.children[0] ?? -1)
    }
  }

  /** The best hosts in order, up to `limit`. Looks at a bounded number of hosts that are no longer alive. */
  first(limit: number, isAlive: (host: number) => boolean): number[] {
    const found: number[] = []
    const frontier: { heap: Node[]; index: number }[] = [{ heap: [this.#root], index: 0 }]
    for (let looks = limit + 64; found.length < limit && frontier.length > 0 && looks > 0; looks--) {
      const { heap, index } = takeBest(frontier, this.#order)
      const host = bestOf(heap[index] as Node)
      if (isAlive(host)) found.push(host)
      offer(frontier, heap, index)
      for (let node = heap[index]; node !== undefined && typeof node !== 'number'; node = node.children[0])
        offer(frontier, node.children, 0)
    }
    return found
  }
}

function removeTop(heap: Node[], order: Order): void {
  const last = heap.pop()
  if (last === undefined || heap.length === 0) return
  heap[0] = last
  sink(heap, 0, order)
}

interface Cursor {
  heap: Node[]
  index: number
}

function offer(frontier: Cursor[], heap: Node[], index: number): void {
  for (const child of [2 * index + 1, 2 * index + 2]) if (child < heap.length) frontier.push({ heap, index: child })
}

function takeBest(frontier: Cursor[], order: Order): Cursor {
  const hostOf = ({ heap, index }: Cursor) => bestOf(heap[index] as Node)
  let best = 0
  for (let at = 1; at < frontier.length; at++) if (order(hostOf(frontier[at] as Cursor), hostOf(frontier[best] as Cursor)) < 0) best = at
  const cursor = frontier[best] as Cursor
  const last = frontier.pop() as Cursor
  if (best < frontier.length) frontier[best] = last
  return cursor
}

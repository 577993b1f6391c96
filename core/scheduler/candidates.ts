import { countedConstraints, ValueCounts } from './filters/constraint.ts'
import { bindPorts, portNeeds, portsFit } from './filters/port.ts'
import { cpuRule, diskRule, memoryRule } from './filters/resources.ts'
import { HostTree } from './host-tree.ts'
import type { Pool } from './pool.ts'
import { isFailing } from './scores/failures.ts'
import { Ranking } from './scores/ranking.ts'
import type { SpreadLevel } from './scores/spread.ts'
import type { Assignment, PlacementRequest } from './snapshot.ts'

const RUNNERS_UP = 5

/** What many requests have in common: hosts that pass the rules no assignment can change, and the failure domains. */
export interface Prepared {
  eligible: Int32Array
  levels: readonly SpreadLevel[]
}

/**
 * The hosts that fit one request, best first, while its instances are placed. Every rule is evaluated once for each host;
 * after that only what an assignment changes is looked at again: its host, and the values that a counting constraint fills.
 */
export class Candidates {
  readonly #pool: Pool
  readonly #request: PlacementRequest
  readonly #levels: readonly SpreadLevel[]
  readonly #needs: ReturnType<typeof portNeeds>
  readonly #hasResources: (host: number) => boolean
  readonly #counted: FilledValues[]
  readonly #ranking: Ranking
  readonly #alive: Uint8Array
  #feasible: number
  #tree: HostTree
  /** Hosts on which the app failed often: they get their turn when no other host is left. */
  #failing: number[]

  constructor(pool: Pool, request: PlacementRequest, { eligible, levels }: Prepared) {
    this.#pool = pool
    this.#request = request
    this.#levels = levels
    this.#needs = portNeeds(request.ports)
    const checks = [cpuRule, memoryRule, diskRule].map((rule) => rule(pool, request))
    this.#hasResources = (host) => checks.every((check) => check.passes(host))
    const counted = countedConstraints(request.constraints)
    const peers = counted.length > 0 ? pool.peers(request) : []
    const counts = counted.map((constraint) => new ValueCounts(pool, constraint, peers))
    const fitting = [...eligible].filter((host) => this.#fits(host) && counts.every((count) => count.hasRoom(host)))
    this.#counted = counts.map((count) => new FilledValues(count, fitting))
    this.#alive = new Uint8Array(pool.hosts.length)
    this.#ranking = new Ranking(pool, request, levels)
    for (const host of fitting) {
      this.#alive[host] = 1
      this.#ranking.refresh(host)
    }
    this.#feasible = fitting.length
    const failing = (host: number) => isFailing(request, pool.hosts[host]?.name ?? '')
    const mayFail = Object.keys(request.failures).length > 0
    this.#failing = mayFail ? fitting.filter(failing) : []
    this.#tree = this.#grow(this.#failing.length > 0 ? fitting.filter((host) => !failing(host)) : fitting)
  }

  /** Places one instance on the best host and takes its resources and ports from the pool; null when no host fits. */
  assign(considered: number, now: number): Assignment | null {
    const chosen = this.#best()
    if (chosen < 0) return null
    const ports = bindPorts(this.#pool, chosen, this.#needs)
    if (!ports) throw new Error(`the port rule passed ${this.#pool.hosts[chosen]?.name ?? ''}, but no ports could be bound`)
    const { host, score, scores } = this.#ranking.score(chosen, chosen)
    const runnersUp = this.#runnersUp(chosen)
    const placement = { at: now, considered, feasible: this.#feasible, score, scores, runnersUp }
    this.#take(chosen, ports)
    return { app: this.#request.app, host, ports, placement }
  }

  #grow(hosts: number[]): HostTree {
    return new HostTree(hosts, this.#levels, (a, b) => this.#ranking.compare(a, b))
  }

  #fits(host: number): boolean {
    return this.#hasResources(host) && portsFit(this.#pool, host, this.#needs)
  }

  #best(): number {
    while (this.#tree.best >= 0 && this.#alive[this.#tree.best] === 0) this.#tree.settle(false)
    if (this.#tree.best >= 0 || this.#failing.length === 0) return this.#tree.best
    // Counts of domains have moved since these hosts were set aside, so their tree is built only now.
    this.#tree = this.#grow(this.#failing)
    this.#failing = []
    return this.#best()
  }

  #runnersUp(chosen: number) {
    const isAlive = (host: number) => this.#alive[host] === 1
    const next = this.#tree.first(RUNNERS_UP + 1, isAlive).filter((host) => host !== chosen)
    if (next.length < RUNNERS_UP && this.#failing.length > 0)
      next.push(...this.#failing.filter(isAlive).sort((a, b) => this.#ranking.compare(a, b)))
    return next
      .slice(0, RUNNERS_UP)
      .map((host) => this.#ranking.score(host, chosen))
      .sort((a, b) => b.score - a.score)
  }

  #take(host: number, ports: Assignment['ports']): void {
    this.#pool.take(host, this.#request, ports)
    this.#ranking.spread.add(host)
    for (const counted of this.#counted) for (const full of counted.add(host)) this.#drop(full)
    if (this.#alive[host] === 1 && !this.#fits(host)) this.#drop(host)
    this.#ranking.refresh(host)
    this.#tree.settle(this.#alive[host] === 1)
  }

  #drop(host: number): void {
    this.#feasible -= this.#alive[host] ?? 0
    this.#alive[host] = 0
  }
}

/** Hosts by value of a counting constraint's field, to drop them together when the value is full. */
class FilledValues {
  readonly #counts: ValueCounts
  readonly #hosts = new Map<number, number[]>()

  constructor(counts: ValueCounts, hosts: readonly number[]) {
    this.#counts = counts
    for (const host of hosts) {
      const value = counts.column.of[host] ?? -1
      const members = this.#hosts.get(value)
      if (members) members.push(host)
      else this.#hosts.set(value, [host])
    }
  }

  /** Counts an instance; returns the hosts that became full by it. */
  add(host: number): readonly number[] {
    this.#counts.add(host)
    return this.#counts.hasRoom(host) ? [] : (this.#hosts.get(this.#counts.column.of[host] ?? -1) ?? [])
  }
}

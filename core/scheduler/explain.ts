import type { HostVerdict } from '../contract/index.ts'
import { checksFor } from './filters/rules.ts'
import { Pool } from './pool.ts'
import type { PlacementRequest, Snapshot } from './snapshot.ts'

/** Every host against every rule for one more instance, in plain words with the numbers behind them. Pure. */
export function explain(snapshot: Snapshot, request: PlacementRequest): HostVerdict[] {
  const checks = checksFor(new Pool(snapshot, 0), request)
  return snapshot.hosts.map((host, index) => {
    const rules = checks.map((check) => check.explain(index))
    return { host: host.name, feasible: rules.every((rule) => rule.passes), rules }
  })
}

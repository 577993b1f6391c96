import { isContractProcedure, type Route } from '@orpc/contract'
import type { OperationMeta } from '../contract/index.ts'

/** One operation of the contract as HTTP sees it. */
export interface OperationEntry {
  /** As in ["apps", "scale"]. */
  name: readonly string[]
  method: string
  /** Below the prefix, with parameters in braces. */
  path: string
  summary: string
  meta: OperationMeta
}

/** Every operation of a contract. */
export function operationsOf(contract: object, parent: readonly string[] = []): OperationEntry[] {
  return Object.entries(contract).flatMap(([key, part]: [string, object]) => {
    const name = [...parent, key]
    if (!isContractProcedure(part)) return operationsOf(part, name)
    const { route, meta } = part['~orpc'] as { route: Route; meta: OperationMeta }
    return [{ name, method: route.method ?? 'POST', path: route.path ?? `/${name.join('/')}`, summary: route.summary ?? '', meta }]
  })
}

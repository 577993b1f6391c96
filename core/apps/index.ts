export { Apps, type AppEnvironment } from './apps.ts'
export { appRoutes, type AppViews } from './apps.routes.ts'
export { appNames, appsBySecret, deleteApp, findApp, findRevision, loadApps, updateAppStatus, type AppRecord } from './apps.table.ts'
export { Artifacts } from './artifacts.ts'
export { backoffUntil, recordFailure } from './backoff.ts'
export {
  countInstances,
  findInstance,
  forgetEnded,
  insertInstances,
  loadInstances,
  loadOpen,
  loadPresent,
  loadUncleaned,
  unwantInstances,
  updateInstanceObserved,
  type InstanceRecord,
  type NewInstance,
} from './instances.table.ts'
export { diffSpecs, replacesInstances } from './spec-diff.ts'

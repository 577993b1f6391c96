export { Apps, type AppEnvironment } from './apps.ts'
export { appRoutes, type AppViews } from './apps.routes.ts'
export {
  appNames,
  appsBySecret,
  deleteApp,
  findApp,
  findAppState,
  findRevision,
  findWanted,
  loadApps,
  pullBackFailures,
  updateAppStatus,
  waitingApps,
  type AppRecord,
} from './apps.table.ts'
export { Artifacts } from './artifacts.ts'
export { backoffUntil, recordFailure } from './backoff.ts'
export * from './instances.table.ts'
export { diffSpecs, replacesInstances } from './spec-diff.ts'

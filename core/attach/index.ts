export { instanceRoutes } from './attach.routes.ts'
export { ExecSessions } from './exec-sessions.ts'
export { mergeLogs } from './logs.ts'

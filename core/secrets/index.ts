export { Secrets } from './secrets.ts'
export { secretRoutes } from './secrets.routes.ts'

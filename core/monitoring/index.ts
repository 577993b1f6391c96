export { Monitoring } from './monitoring.ts'
export { seriesRoutes } from './series.routes.ts'

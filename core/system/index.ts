export { doctor } from './doctor.ts'
export { overview } from './overview.ts'
export { sampleShop } from './sample.ts'
export { systemRoutes } from './system.routes.ts'

export { explainApp, specWarnings } from './explain.ts'
export { Reconciler } from './reconciler.ts'

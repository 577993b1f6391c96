export { explainApp, specWarnings } from './explain.ts'
export { previewApp, previewDrain } from './preview.ts'
export { Reconciler } from './reconciler.ts'

export { connectEngine } from './connect.ts'
export { testConnection } from './connection-test.ts'
export {
  EngineError,
  type Artifact,
  type Engine,
  type EngineInfo,
  type ExecSession,
  type InstanceRun,
  type ObservedRun,
  type RawLogLine,
  type RunStats,
} from './engine.ts'
export { httpGet } from './http-get.ts'

import type { Scenario } from '../scenario.ts'
import { clockScenarios } from './clock.ts'
import { dataFolderScenarios } from './data-folder.ts'
import { diskScenarios } from './disk.ts'
import { engineScenarios } from './engine.ts'
import { killScenario } from './kill.ts'
import { meddlingScenarios } from './meddling.ts'
import { networkScenarios } from './network.ts'
import { sshScenarios } from './ssh.ts'

/** In the order they are run. */
export const scenarios: readonly Scenario[] = [
  killScenario,
  ...networkScenarios,
  ...engineScenarios,
  ...sshScenarios,
  ...diskScenarios,
  ...meddlingScenarios,
  ...clockScenarios,
  ...dataFolderScenarios,
]

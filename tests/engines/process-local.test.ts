import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeEngine, type EngineSubject } from '../../core/engines/conformance.ts'
import { createLocalProcessEngine } from '../../core/engines/process/index.ts'

const BUSYBOX = ['/bin/busybox', '/usr/bin/busybox'].find(existsSync)

async function subject(path?: (folder: string) => string): Promise<EngineSubject> {
  const folder = mkdtempSync(join(tmpdir(), 'process-local-'))
  const options = { stateDir: join(folder, "it's a $folder"), ...(path ? { path: path(folder) } : {}) }
  const { os } = await createLocalProcessEngine(options).info()
  return {
    open: async () => createLocalProcessEngine(options),
    base: {},
    limitsMemory: !os.includes('no memory limits'),
    close: async () => rmSync(folder, { recursive: true }),
  }
}

describeEngine('process, local', () => subject())

if (BUSYBOX)
  describeEngine('process, local, with nothing but busybox', () =>
    subject((folder) => {
      const bin = join(folder, 'bin')
      mkdirSync(bin)
      for (const applet of execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' }).split('\n'))
        if (applet) symlinkSync(BUSYBOX, join(bin, applet))
      return bin
    }),
  )

import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { describeLifecycle } from './conformance-lifecycle.ts'
import { Rig, type EngineSubject } from './conformance-rig.ts'
import { describeTraffic } from './conformance-traffic.ts'

export { collect, freePort, outcome, pause, until, type EngineSubject } from './conformance-rig.ts'

/**
 * The suite that every engine passes. Programs use only `sh` and `busybox` applets, which the subject makes available on
 * the host or in an image; ports are the same inside and outside, so one program serves both kinds of engine. A command
 * check that exceeds its timeout resolves to 124, a killed instance has exit code 137, a follow ends with the instance,
 * and the message of a memory kill is "out of memory". Whatever the suite starts carries an installation of its own and
 * is removed after each test.
 */
export function describeEngine(name: string, setup: () => Promise<EngineSubject>): void {
  describe(`engine ${name}`, () => {
    const rig = new Rig()
    beforeAll(() => rig.setUp(setup))
    afterEach(() => rig.clear())
    afterAll(() => rig.tearDown())
    describeLifecycle(rig)
    describeTraffic(rig)
  })
}

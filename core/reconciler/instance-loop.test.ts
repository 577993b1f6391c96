import { describe, expect, it } from 'vitest'
import type { FakeHost } from '../engines/fake-host.ts'
import { Pool } from './pool-fixture.ts'

describe('starting instances', () => {
  it('asks an engine once for each, however often its host is looked at before it is seen to run', async () => {
    const p = new Pool(['a1'])
    const machine = p.machines.a1 as FakeHost
    const asked: string[] = []
    const connect = machine.connect.bind(machine)
    machine.connect = () => {
      const engine = connect()
      const start = engine.start.bind(engine)
      engine.start = async (run) => {
        asked.push(run.id)
        await new Promise((resolve) => setTimeout(resolve, 100))
        return start(run)
      }
      return engine
    }
    await p.start()
    machine.listMs = 20
    const looks = setInterval(() => machine.crash('nobody'), 10)
    await p.apply({ instances: 30 })
    await p.settled(30)
    clearInterval(looks)
    expect(asked.length).toBe(30)
    expect(new Set(asked).size).toBe(30)
  })
})

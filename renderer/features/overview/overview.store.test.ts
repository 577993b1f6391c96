// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import type { App, Host, Overview } from '../../../core/contract/index.ts'
import { orderConcerns } from './overview.store.ts'

const app = (name: string, status: App['status']) => ({ name, status }) as App
const host = (name: string) => ({ name }) as Host
const overview = (on: boolean) => ({ brake: { on, reason: 'half the hosts are lost' } }) as Overview

it('puts what is worst first and leaves out what is well', () => {
  const apps = [app('slow', 'degraded'), app('fine', 'healthy'), app('dead', 'down'), app('moving', 'changing')]
  const order = orderConcerns(overview(true), [host('h1')], apps).map((one) =>
    one.kind === 'app' ? one.app.name : one.kind === 'host' ? one.host.name : one.kind,
  )
  expect(order).toEqual(['brake', 'dead', 'h1', 'slow'])
  expect(orderConcerns(overview(false), [], [app('fine', 'healthy')])).toEqual([])
})

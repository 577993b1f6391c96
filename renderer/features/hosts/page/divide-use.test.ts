import { expect, it } from 'vitest'
import { divideUse } from './divide-use.ts'

const GIVEN = { capacity: 100, system: 10, reserved: 40, used: 15 }

it.each([
  ['uses less than it reserves', GIVEN, { used: 15, idle: 25, over: 0, free: 50 }],
  ['uses more than it reserves', { ...GIVEN, used: 55 }, { used: 55, idle: 0, over: 15, free: 35 }],
  ['is not measured', { ...GIVEN, used: undefined }, { used: undefined, idle: 40, over: 0, free: 50 }],
  ['is reserved beyond what it has', { ...GIVEN, reserved: 120 }, { idle: 105, free: 0 }],
])('a host that %s', (_, given, parts) => expect(divideUse(given)).toMatchObject(parts))

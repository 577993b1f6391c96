import { expect, it } from 'vitest'
import { splitVerb } from './split-verb.ts'

const VERBS = ['Scale', 'Start', 'Stop', 'Restart', '扩缩容', '停止', '停止调度']

it.each([
  ['scale shop', [0], 'shop'],
  ['shop sc', [0], 'shop'],
  ['st web-1', [1, 2], 'web-1'],
  ['scale', [0], ''],
  ['扩缩容 shop', [4], 'shop'],
  ['扩缩容shop', [4], 'shop'],
  ['停止调度web1', [6], 'web1'],
  ['停 web1', [5, 6], 'web1'],
])('%j is understood', (text, verbs, name) => expect(splitVerb(text, VERBS)).toEqual({ verbs, name }))

it.each(['shop', 's', '', 'my scale-model app'])('%j holds no verb', (text) => expect(splitVerb(text, VERBS)).toBeNull())

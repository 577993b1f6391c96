import { expect, it } from 'vitest'
import { versionOf } from './app-columns.ts'

it.each([
  ['nginx:1.29', '1.29'],
  ['registry:5000/shop', 'latest'],
  ['registry:5000/shop:2', '2'],
  ['shop@sha256:0d17b565c37bcbd895e9d92315a05c1c3c9a29f762b011a10c54a66cd53c9b31', 'sha256:0d17b5'],
  [null, undefined],
])('%s runs version %s', (image, version) => expect(versionOf(image)).toBe(version))

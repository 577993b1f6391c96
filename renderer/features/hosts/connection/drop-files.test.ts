import { expect, it } from 'vitest'
import { pemRole } from './drop-files.ts'

const certificate = '-----BEGIN CERTIFICATE-----'
it.each([
  ['key.pem', '-----BEGIN EC PRIVATE KEY-----', 'clientKey'],
  ['whatever', '-----BEGIN PRIVATE KEY-----', 'clientKey'],
  ['ca.pem', certificate, 'ca'],
  ['lab-ca.crt', certificate, 'ca'],
  ['CA', certificate, 'ca'],
  ['cert.pem', certificate, 'cert'],
  ['cascade.pem', certificate, 'cert'],
])('%s with %s is the %s', (name, text, role) => expect(pemRole(name, text)).toBe(role))

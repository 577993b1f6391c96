import { describe, expect, it } from 'vitest'
import { Address, isOffLimits } from '../contract/index.ts'

describe('the address of a host', () => {
  it.each([
    '169.254.169.254',
    '169.254.0.1',
    '100.100.100.200',
    '192.0.0.192',
    '224.0.0.1',
    '255.255.255.255',
    'fe80::1',
    'FE80::1',
    'febf::1',
    'ff02::1',
    'fd00:ec2::254',
    '::ffff:a9fe:a9fe',
    '0:0:0:0:0:ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '::ffff:169.254.169.254',
  ])('is never %s', (address) => {
    expect(isOffLimits(address)).toBe(true)
    expect(Address.safeParse(address).success).toBe(false)
  })

  it.each(['127.0.0.1', '10.0.0.5', '192.168.254.169', '16.9.254.1', '::1', 'fd12::5', 'web-1.example', '::ffff:a00:1'])(
    'may be %s',
    (address) => {
      expect(isOffLimits(address)).toBe(false)
      expect(Address.safeParse(address).success).toBe(true)
    },
  )

  it('is no URL, no user and no port', () => {
    for (const text of ['http://x', 'x/y', 'x:22', 'root@x', 'x y', 'x\ny', '-oProxyCommand=sh', '', '[::1]'])
      expect([text, Address.safeParse(text).success]).toEqual([text, false])
  })
})

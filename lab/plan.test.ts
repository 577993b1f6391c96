import { describe, expect, it } from 'vitest'
import { parseKinds, planLab } from './plan.ts'

describe('planLab', () => {
  it('gives four hosts every way in, two centres and addresses from .11', () => {
    const plan = planLab()
    expect(plan).toMatchObject({ bridge: 'lab0', gateway: '10.77.0.1' })
    expect(plan.hosts.map((host) => [host.name, host.kind, host.address, host.centre, host.rack])).toEqual([
      ['lab1', 'docker-tls', '10.77.0.11', 'centre-a', 'rack-a1'],
      ['lab2', 'docker-tls', '10.77.0.12', 'centre-b', 'rack-b1'],
      ['lab3', 'docker-ssh', '10.77.0.13', 'centre-a', 'rack-a1'],
      ['lab4', 'ssh', '10.77.0.14', 'centre-b', 'rack-b1'],
    ])
  })

  it('repeats the kinds, and starts as many hosts as there are kinds when no number is given', () => {
    expect(planLab({ hosts: 3, kinds: ['ssh', 'docker-tls'] }).hosts.map((host) => host.kind)).toEqual(['ssh', 'docker-tls', 'ssh'])
    expect(planLab({ kinds: ['ssh'] }).hosts).toHaveLength(1)
  })

  it('gives every host a name and an address of its own, also in the largest lab', () => {
    const { hosts } = planLab({ hosts: 40, prefix: 'train', subnet: '10.0.255' })
    expect(new Set(hosts.map((host) => host.name)).size).toBe(40)
    expect(new Set(hosts.map((host) => host.address)).size).toBe(40)
    expect(hosts.at(-1)).toMatchObject({ name: 'train40', address: '10.0.255.50' })
  })

  it('refuses what cannot be built', () => {
    expect(() => planLab({ hosts: 0 })).toThrow('1 to 40 hosts')
    expect(() => planLab({ hosts: Number('many') })).toThrow('1 to 40 hosts')
    expect(() => planLab({ hosts: 41 })).toThrow('1 to 40 hosts')
    expect(() => planLab({ prefix: 'lab;rm' })).toThrow('lower-case letters')
    expect(() => planLab({ prefix: 'averylongprefix' })).toThrow('lower-case letters')
    expect(() => planLab({ subnet: '8.8.8' })).toThrow('private network')
    expect(() => planLab({ subnet: '10.256.0' })).toThrow('private network')
    expect(() => parseKinds('ssh,swarm')).toThrow('there is no kind of host "swarm"')
  })

  it('reads kinds with spaces between them', () => {
    expect(parseKinds('ssh, docker-ssh')).toEqual(['ssh', 'docker-ssh'])
  })
})

import { describe, expect, it } from 'vitest'
import { parseHierarchies } from './cgroups.ts'
import { sharedLibraries } from './images.ts'
import { statusTable } from './status.ts'

describe('parseHierarchies', () => {
  it('finds the hierarchies of version 1, leaving out options that are not controllers', () => {
    const mounts = [
      'tmpfs /sys/fs/cgroup tmpfs rw,relatime,mode=755 0 0',
      'cgroup /sys/fs/cgroup/systemd cgroup rw,nosuid,nodev,noexec,relatime,xattr,release_agent=/lib/x,name=systemd 0 0',
      'cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0',
    ].join('\n')
    expect(parseHierarchies(mounts)).toEqual([
      { mount: '/sys/fs/cgroup/systemd', version: 1, controllers: ['name=systemd'] },
      { mount: '/sys/fs/cgroup/cpu,cpuacct', version: 1, controllers: ['cpu', 'cpuacct'] },
    ])
  })

  it('finds the one hierarchy of version 2, once', () => {
    const line = 'cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime,nsdelegate,memory_recursiveprot 0 0\n'
    expect(parseHierarchies(line + line)).toEqual([{ mount: '/sys/fs/cgroup', version: 2, controllers: [] }])
  })
})

describe('sharedLibraries', () => {
  it('takes the files that ldd found, the loader among them, and not the kernel’s own', () => {
    const output = [
      '\tlinux-vdso.so.1 (0x00007ffc)',
      '\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f01)',
      '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f02)',
      '\t/lib64/ld-linux-x86-64.so.2 (0x00007f03)',
    ].join('\n')
    expect(sharedLibraries(output)).toEqual([
      '/lib/x86_64-linux-gnu/libdl.so.2',
      '/lib/x86_64-linux-gnu/libc.so.6',
      '/lib64/ld-linux-x86-64.so.2',
    ])
  })
})

describe('statusTable', () => {
  it('says in words what is wrong with a host', () => {
    const place = { centre: 'centre-a', room: 'room-a1', rack: 'rack-a1' }
    const slow = { delayMs: 200, lossPercent: 2, by: 'netem', pulse: null } as const
    const table = statusTable({
      dir: '/lab',
      createdAt: '2026-01-01T00:00:00Z',
      hosts: [
        { name: 'lab1', kind: 'ssh', address: '10.77.0.11', ...place, power: 'running', partitioned: true, slow, answers: false },
        {
          name: 'lab2',
          kind: 'docker-tls',
          address: '10.77.0.12',
          ...place,
          power: 'lost',
          partitioned: false,
          slow: null,
          answers: false,
        },
      ],
    })
    expect(table.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['HOST', 'REACHED BY', 'ADDRESS', 'CENTRE', 'RACK', 'STATE', 'ANSWERS'],
      ['lab1', 'ssh', '10.77.0.11', 'centre-a', 'rack-a1', 'running, partitioned, slow (200 ms, 2 % lost, netem)', 'no'],
      ['lab2', 'docker-tls', '10.77.0.12', 'centre-a', 'rack-a1', 'lost', 'no'],
    ])
  })
})

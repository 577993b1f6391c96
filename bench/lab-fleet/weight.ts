import { existsSync, writeFileSync } from 'node:fs'

const CPU_FOLDERS = ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct', '/sys/fs/cgroup']

/**
 * Gives a lab the weight of as many machines as it stands for, where the kernel would share the CPU as if it were one process among
 * those of everybody else. Not more than that: engines that come before the holder of a kernel lock wait for it with a busy CPU.
 */
export function weighHosts(lab: string, hosts: number): void {
  const folder = CPU_FOLDERS.map((root) => `${root}/${lab}`).find((path) => existsSync(path))
  if (folder === undefined) return
  const [file, one] = existsSync(`${folder}/cpu.shares`) ? (['cpu.shares', 1024] as const) : (['cpu.weight', 100] as const)
  if (existsSync(`${folder}/${file}`)) writeFileSync(`${folder}/${file}`, String(one * hosts))
}

import type { Rule } from './check.ts'

/**
 * The host's engine can run what the specification gives. Docker runs images. Processes run an artifact, or a command
 * alone; a command beside an image belongs to the image, so it is no process.
 */
export const engineRule: Rule = (pool, request) => {
  const runs = { docker: request.image, process: request.artifact || (request.command && !request.image) }
  const engineOf = (host: number) => pool.hosts[host]?.engine ?? 'docker'
  const sentence = (engine: 'docker' | 'process') => {
    if (runs[engine]) return engine === 'docker' ? 'the host runs containers' : 'the host runs processes'
    return engine === 'docker'
      ? 'the host runs containers, and the app gives no image'
      : `the host runs processes, and the app gives ${request.image ? 'only an image' : 'neither an artifact nor a command'}`
  }
  return {
    rule: 'engine',
    passes: (host) => runs[engineOf(host)],
    variant: (host) => (engineOf(host) === 'docker' ? 0 : 1),
    explain: (host) => {
      const engine = engineOf(host)
      return { rule: 'engine', passes: runs[engine], params: { engine }, text: sentence(engine) }
    },
  }
}

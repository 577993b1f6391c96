import type { HostSnapshot } from '../snapshot.ts'
import type { Check, Rule } from './check.ts'

/** A rule that only looks at one property of the host, with a sentence for each of its values. */
function property<T extends string>(rule: Check['rule'], read: (host: HostSnapshot) => T, sentences: Record<T, string>): (good: T) => Rule {
  const kinds = Object.keys(sentences)
  return (good) => (pool) => {
    const at = (host: number): T => read(pool.hosts[host] as HostSnapshot)
    return {
      rule,
      passes: (host) => at(host) === good,
      variant: (host) => kinds.indexOf(at(host)),
      explain: (host) => ({ rule, passes: at(host) === good, params: { is: at(host) }, text: sentences[at(host)] }),
    }
  }
}

/** The host answers. */
export const statusRule: Rule = property('status', (host) => host.status, {
  ready: 'the host is ready',
  connecting: 'the host is still being connected to',
  unreachable: 'the host does not answer',
  blocked: 'the SSH host key changed; a person has to decide',
})('ready')

/** The host takes new instances. */
export const schedulingRule: Rule = property('scheduling', (host) => host.scheduling, {
  open: 'the host takes new instances',
  cordoned: 'the host is cordoned: it takes no new instances',
  draining: 'the host is being drained: its instances move away',
  drained: 'the host is drained: it takes no new instances',
})('open')

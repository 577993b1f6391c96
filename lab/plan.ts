/** How a lab host is reached; the names are those of the contract's connections. */
export const KINDS = ['docker-tls', 'docker-ssh', 'ssh'] as const
export type Kind = (typeof KINDS)[number]

/** Four hosts show every way in: two engines over TLS, one through an SSH tunnel, one host with plain processes. */
const ROTATION: readonly Kind[] = ['docker-tls', 'docker-tls', 'docker-ssh', 'ssh']
const FIRST_HOST = 11
const MAX_HOSTS = 40

export interface PlannedHost {
  name: string
  kind: Kind
  address: string
  centre: string
  room: string
  rack: string
}

export interface Plan {
  prefix: string
  bridge: string
  /** Address of the bridge, which is this machine's place in the lab. */
  gateway: string
  hosts: PlannedHost[]
}

export interface PlanRequest {
  hosts?: number | undefined
  /** Kinds in order, repeated as often as needed. */
  kinds?: readonly Kind[] | undefined
  /** Start of every name: bridge "lab0", hosts "lab1", "lab2" … */
  prefix?: string | undefined
  /** First three numbers of a private /24 network. */
  subnet?: string | undefined
}

/**
 * Names, addresses and places of a lab: odd hosts stand in one centre and even ones in another, two hosts to a rack.
 * Pure. Throws with a sentence for the operator when the request cannot be met.
 */
export function planLab(request: PlanRequest = {}): Plan {
  const { kinds = ROTATION, prefix = 'lab', subnet = '10.77.0' } = request
  const count = request.hosts ?? (request.kinds ? request.kinds.length : ROTATION.length)
  if (!Number.isInteger(count) || count < 1 || count > MAX_HOSTS) throw new Error(`a lab has 1 to ${MAX_HOSTS} hosts`)
  if (kinds.length === 0) throw new Error(`name at least one kind of host: ${KINDS.join(', ')}`)
  // A network interface has at most 15 characters, and the prefix is followed by up to two digits.
  if (!/^[a-z][a-z]{0,11}$/.test(prefix)) throw new Error('a prefix is 1 to 12 lower-case letters')
  if (!/^10\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])\.(\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/.test(subnet))
    throw new Error('give the subnet as the first three numbers of a private network, as in 10.77.0')
  const hosts = Array.from({ length: count }, (_, index): PlannedHost => {
    const letter = index % 2 === 0 ? 'a' : 'b'
    return {
      name: `${prefix}${index + 1}`,
      kind: kinds[index % kinds.length]!,
      address: `${subnet}.${FIRST_HOST + index}`,
      centre: `centre-${letter}`,
      room: `room-${letter}1`,
      rack: `rack-${letter}${Math.floor(index / 4) + 1}`,
    }
  })
  return { prefix, bridge: `${prefix}0`, gateway: `${subnet}.1`, hosts }
}

export function parseKinds(text: string): Kind[] {
  return text.split(',').map((word) => {
    const kind = KINDS.find((candidate) => candidate === word.trim())
    if (!kind) throw new Error(`there is no kind of host "${word.trim()}"; use ${KINDS.join(', ')}, separated by commas`)
    return kind
  })
}

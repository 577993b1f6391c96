/** What the pointer or the keyboard is on, and where on the picture, in pixels. */
export interface Pointed {
  host: string
  instance: string | null
  x: number
  y: number
}

/** What the page asks of either view. */
export interface PoolMap {
  zoom: (factor: number) => void
  fit: () => void
  /** Brings a host to the middle, near enough to be read. */
  focus: (host: string) => void
  /** The host an arrow key leads to. */
  next: (from: string | null, direction: 'up' | 'down' | 'left' | 'right') => string | null
  /** Where a host is on the picture; null while it is not on the screen. */
  locate: (host: string) => { x: number; y: number } | null
}

export interface PoolMapEvents {
  point: [pointed: Pointed | null]
  open: [target: { host: string; instance: string | null }]
}

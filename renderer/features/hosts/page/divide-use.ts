/** How one resource of a host is divided, in its own unit. */
export interface UseParts {
  /** What instances take now, up to what they reserve; undefined while it is not measured. */
  used: number | undefined
  /** Reserved, but not used. */
  idle: number
  /** Used beyond what is reserved, which is possible where nothing limits an instance. */
  over: number
  free: number
  system: number
  reserved: number
  capacity: number
}

/** Divides what a host has into what is used, idle, free and kept for the system. Pure. */
export function divideUse(of: { capacity: number; system: number; reserved: number; used: number | undefined }): UseParts {
  const { capacity, system, reserved, used } = of
  const within = Math.min(used ?? 0, reserved)
  const over = Math.max(0, (used ?? 0) - reserved)
  return {
    used,
    idle: reserved - within,
    over,
    free: Math.max(0, capacity - system - reserved - over),
    system: Math.min(system, capacity),
    reserved,
    capacity,
  }
}

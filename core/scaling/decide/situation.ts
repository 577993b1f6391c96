import type { MetricFault, ScalingPolicy, ServiceAlarm } from '../../contract/index.ts'
import type { Forecast } from '../forecast/forecaster.ts'

/** One metric of an app, put together from its instances or read at the balancer. */
export interface Reading {
  metric: string
  /** When it was measured, by the source's clock. */
  at: number
  /** Over all instances it was measured of; null where nothing was. */
  total: number | null
  /** Instances whose values are in `total`. A balancer sees the load of all: then `covers` is "app". */
  counted: number
  covers: 'app' | 'instances'
  faults: readonly { fault: MetricFault; since: number }[]
}

/** How many instances there are, by what they can do. */
export interface Fleet {
  /** Serving, those that warm up included. */
  ready: number
  starting: number
  /** Ordered, and no host could take them yet. */
  waiting: number
}

/** Everything a decision is made from, with the times it was measured at. Stored, it replays to the same decision. */
export interface ScalingInputs {
  fleet: Fleet
  /** Requests per second that one instance can serve; null where that is not known. */
  capacity: number | null
  readings: readonly Reading[]
  /** By the name of the trend rule. */
  forecasts: Readonly<Record<string, Forecast | null>>
  alarms: readonly { alarm: ServiceAlarm; since: number }[]
  /** Instances that quota and hosts allow in all; null where nothing limits them. */
  room: number | null
  /** Set by hand until a time. */
  pin: { instances: number; until: number } | null
}

/** What a decision has to know of those before it. Plain data; never changed in place. */
export interface ScalingState {
  /** Numbers wanted lately, newest last, each higher than all after it. */
  wants: readonly (readonly [at: number, wanted: number])[]
  lastOutAt: number | null
  lastInAt: number | null
  /** Early releases that may still be made. */
  releases: number
  releasesAt: number | null
  /** When the direction changed within the last day. */
  reversals: readonly number[]
  /** Changes made, as far back as a rate limit looks. */
  moves: readonly (readonly [at: number, change: number])[]
}

export interface Situation {
  inputs: ScalingInputs
  policy: ScalingPolicy
  state: ScalingState
}

export const FIRST_STATE: ScalingState = {
  wants: [],
  lastOutAt: null,
  lastInAt: null,
  releases: 0,
  releasesAt: null,
  reversals: [],
  moves: [],
}

export const currentOf = (fleet: Fleet) => fleet.ready + fleet.starting + fleet.waiting

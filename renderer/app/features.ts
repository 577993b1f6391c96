import { activity } from '../features/activity/descriptor.ts'
import { apps } from '../features/apps/descriptor.ts'
import { events } from '../features/events/descriptor.ts'
import { guide } from '../features/guide/descriptor.ts'
import { help } from '../features/help/descriptor.ts'
import { hosts } from '../features/hosts/descriptor.ts'
import { instances } from '../features/instances/descriptor.ts'
import { notifications } from '../features/notifications/descriptor.ts'
import { overview } from '../features/overview/descriptor.ts'
import { settings } from '../features/settings/descriptor.ts'
import { topology } from '../features/topology/descriptor.ts'
import { wall } from '../features/wall/descriptor.ts'
import type { Feature } from './feature.ts'

export const FEATURES: readonly Feature[] = [
  overview,
  apps,
  hosts,
  topology,
  instances,
  events,
  settings,
  wall,
  activity,
  notifications,
  guide,
  help,
]

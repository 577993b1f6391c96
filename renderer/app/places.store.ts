import { defineStore } from 'pinia'
import { z } from 'zod'
import { useLive } from './live.store.ts'
import { usePersonal } from './personal.ts'

/** An object with a page of its own. */
export const Place = z.object({ kind: z.string().max(40), name: z.string().max(100) })
export type Place = z.output<typeof Place>

const KEPT_RECENT = 12
const KEPT_USED = 20

const Places = z.object({ favourites: z.array(Place), recent: z.array(Place), used: z.array(z.string()) })

const isSame = (one: Place, other: Place) => one.kind === other.kind && one.name === other.name

/** Where a person goes: favourites, the objects looked at last, and the commands used last; the newest first. */
export const usePlacesStore = defineStore('places', () => {
  const { value: places, set } = usePersonal('places', Places, { favourites: [], recent: [], used: [] })

  const isFavourite = (place: Place) => places.value.favourites.some((one) => isSame(one, place))

  function toggleFavourite(place: Place): void {
    const others = places.value.favourites.filter((one) => !isSame(one, place))
    set({ ...places.value, favourites: isFavourite(place) ? others : [...others, place] })
  }
  function visited(place: Place): void {
    const others = places.value.recent.filter((one) => !isSame(one, place))
    set({ ...places.value, recent: [place, ...others].slice(0, KEPT_RECENT) })
  }
  function used(command: string): void {
    const others = places.value.used.filter((one) => one !== command)
    set({ ...places.value, used: [command, ...others].slice(0, KEPT_USED) })
  }
  function forget(place: Place): void {
    const without = (list: Place[]) => list.filter((one) => !isSame(one, place))
    set({ ...places.value, favourites: without(places.value.favourites), recent: without(places.value.recent) })
  }

  useLive({
    events(events) {
      for (const { kind, app, host } of events) {
        if (kind === 'app.removed' && app) forget({ kind: 'app', name: app })
        if (kind === 'host.removed' && host) forget({ kind: 'host', name: host })
      }
    },
  })

  return { places, isFavourite, toggleFavourite, visited, used, forget }
})

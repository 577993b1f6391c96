import { useWindowSize } from '@vueuse/core'
import { computed, type ComputedRef } from 'vue'

/**
 * A hundredth of the screen's shorter side in pixels, which all sizes of the wall are given in. The smallest text is 2.4 units: on
 * a 50-inch screen capitals 1 cm high, twice what a good eye needs at three metres. Below 760 px it stays 18 px all the same.
 */
export const LEAST_UNIT_PX = 7.6

export function useWallUnit(): ComputedRef<number> {
  const { width, height } = useWindowSize()
  return computed(() => Math.max(LEAST_UNIT_PX, Math.min(width.value, height.value) / 100))
}

import type { CentreOverview } from '../../../../core/contract/index.ts'
import type { WallPicture } from '../use-wall-data.ts'

export interface CapacityRow {
  key: string
  kind: 'all' | 'centre' | 'none'
  name: string
  figures: Pick<CentreOverview, 'capacity' | 'reserved' | 'used'>
}

function rowOf(centre: CentreOverview): CapacityRow {
  return {
    key: `centre ${centre.centre ?? ''}`,
    kind: centre.centre === null ? 'none' : 'centre',
    name: centre.centre ?? '',
    figures: centre,
  }
}

/** One row for each centre, and one for all together where there are several. A wall of one centre shows that alone. Pure. */
export function capacityRows({ overview, centre }: Pick<WallPicture, 'overview' | 'centre'>): CapacityRow[] {
  if (centre) return [rowOf(centre)]
  const all: CapacityRow = { key: 'all', kind: 'all', name: '', figures: overview }
  const rows = overview.centres.map(rowOf)
  // One centre, or none named, is the same as everything.
  return rows.length > 1 ? [all, ...rows] : rows.length === 1 && rows[0]?.kind === 'centre' ? rows : [all]
}

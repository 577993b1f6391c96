// How well anomalies are found in series nobody tuned for: `npm run -s bench:nab -- --data DIR`. Rows arrive one by one.
import { AnomalyDetector } from '../core/scaling/index.ts'
import { dataDir } from './data-dir.ts'
import { readCorpus, type Series } from './nab/corpus.ts'
import { score } from './nab/score.ts'
import { printReport, progress, round, type Result } from './report.ts'

const corpus = readCorpus(dataDir('the NAB corpus (nab/data, nab/labels)'))
const subsets: Record<string, readonly Series[]> = {
  full: corpus,
  'aws-and-known-cause': corpus.filter(({ name }) => /^(realAWSCloudwatch|realKnownCause)\//.test(name)),
}

function alarmsOf({ at, values }: Series): number[] {
  const detector = new AnomalyDetector()
  return values.map((value, row) => detector.next(at[row] ?? 0, value).alarm)
}

const results: Result[] = []
for (const [name, series] of Object.entries(subsets)) {
  const began = performance.now()
  const scores = score(series, series.map(alarmsOf))
  const windows = series.reduce((sum, one) => sum + one.windows.length, 0)
  progress(`${name}: ${series.length} series, ${windows} windows: ${JSON.stringify(scores)}`)
  for (const [metric, value] of Object.entries(scores)) results.push({ case: name, metric, value: round(value, 2), unit: 'score' })
  results.push({ case: name, metric: 'seconds', value: round((performance.now() - began) / 1000, 2), unit: 's' })
}
printReport('nab', results)

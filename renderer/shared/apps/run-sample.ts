import { AppSpec } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'

/** Deploys the sample shop that comes with Spacefort and returns its name. Running it a second time changes nothing. */
export async function runSampleShop(): Promise<string> {
  const [{ yaml }, { parse }] = await Promise.all([client.system.sampleApp(), import('yaml')])
  const spec = AppSpec.parse(parse(yaml))
  await client.apps.apply({ name: spec.name, spec })
  return spec.name
}

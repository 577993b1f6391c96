import type { Command } from 'commander'
import { stringify } from 'yaml'
import type { Client } from '../../contract/client.ts'
import type { SpecChange } from '../../contract/index.ts'
import { disposeAll, readApps, type DescribedApp } from '../app-file.ts'
import { uploadArtifact } from '../artifact.ts'
import { bytes, count } from '../format.ts'
import type { Output } from '../output.ts'
import { confirm } from '../prompt.ts'
import type { Cli, Session } from '../session.ts'
import { progress, settle, withWait, type WaitOptions } from '../settle.ts'
import { printable } from '../terminal.ts'

type ApplyResult = Awaited<ReturnType<Client['apps']['apply']>>

interface ApplyChoices extends WaitOptions {
  yes?: boolean
  dryRun?: boolean
  note?: string
}

interface ApplyOptions extends ApplyChoices {
  file: string
}

export function addApplyCommands(group: Command, cli: Cli): void {
  withWait(
    group
      .command('apply')
      .description('create or change apps from a YAML or JSON file; shows the difference first')
      .requiredOption('-f, --file <file>', 'specification, "-" for standard input; several apps are divided by "---"')
      .option('-y, --yes', 'do not ask')
      .option('--dry-run', 'only show the difference')
      .option('--note <text>', 'kept with the revision'),
    'the apps run as described',
  ).action(async (options: ApplyOptions, command: Command) => applyFile(cli, command, options))
  group
    .command('diff')
    .description('show what applying a file would change')
    .requiredOption('-f, --file <file>', 'specification, "-" for standard input')
    .action(async (options: { file: string }, command: Command) => applyFile(cli, command, { ...options, dryRun: true, timeout: 0 }))
}

async function applyFile(cli: Cli, command: Command, options: ApplyOptions): Promise<void> {
  const session = await cli.open(command)
  await applyApps(cli, session, { apps: await readApps(cli.terminal, options.file), options })
}

/** Shows what the apps would change, asks, and applies them; what was shown is what is applied, or nothing is. */
export async function applyApps(
  cli: Cli,
  session: Session,
  { apps, options }: { apps: DescribedApp[]; options: ApplyChoices },
): Promise<void> {
  try {
    for (const app of apps) await sendArtifact(session, app)
    const plans = await Promise.all(apps.map(({ spec }) => session.client.apps.apply({ name: spec.name, spec, dryRun: true })))
    apps.forEach((app, index) => showPlan(session.out, app, plans[index]))
    if (options.dryRun) {
      session.out.result({ items: plans }, () => undefined)
      return
    }
    const changing = apps.filter((_, index) => plans[index]?.outcome !== 'unchanged').map(({ spec }) => spec.name)
    if (changing.length > 0) await confirm(cli.terminal, session.out, { question: `Apply ${changing.join(', ')}?`, yes: options.yes })
    const results = await applyAll(session, { apps, plans, options })
    session.out.result({ items: results }, () => results.forEach((result) => result.app && session.out.line(progress(result.app))))
  } finally {
    await disposeAll(apps)
  }
}

async function applyAll(
  session: Session,
  work: { apps: DescribedApp[]; plans: ApplyResult[]; options: ApplyChoices },
): Promise<ApplyResult[]> {
  const results: ApplyResult[] = []
  for (const [index, app] of work.apps.entries()) {
    const shown = work.options.yes ? undefined : work.plans[index]?.app?.generation
    const result = await session.client.apps.apply({
      name: app.spec.name,
      spec: app.spec,
      ...(work.options.note ? { note: work.options.note } : {}),
      ...(shown === undefined ? {} : { generation: shown }),
    })
    results.push(result)
  }
  if (!work.options.wait) return results
  return Promise.all(
    results.map(async (result) => ({ ...result, app: result.app && (await settle(session, result.app.name, work.options.timeout)) })),
  )
}

async function sendArtifact(session: Session, { spec, artifact }: DescribedApp): Promise<void> {
  if (!artifact) return
  const sent = await uploadArtifact(session, artifact)
  if (sent === 'uploaded') session.out.note(`${spec.name}: sent the artifact, ${bytes(artifact.sizeBytes)}`)
}

function showPlan(out: Output, { spec }: DescribedApp, plan: ApplyResult | undefined): void {
  if (!plan || out.json) return
  if (plan.outcome === 'unchanged') out.line(`${spec.name}: nothing to change`)
  else if (plan.outcome === 'created') {
    out.line(out.paint('bold', `${spec.name}: new app`))
    for (const line of stringify(spec, { lineWidth: 0 }).trimEnd().split('\n')) out.line(out.paint('green', `+ ${printable(line)}`))
  } else {
    const replaced = plan.replaces > 0 ? `, replaces ${count(plan.replaces, 'instance')}` : ', no instance is replaced'
    out.line(out.paint('bold', `${spec.name}: ${count(plan.changes.length, 'change')}${replaced}`))
    plan.changes.forEach((change) => out.line(changeLine(out, change)))
  }
  for (const warning of plan.warnings) out.line(out.paint('yellow', `! ${printable(warning)}`))
}

export function changeLine(out: Output, change: SpecChange): string {
  const value = (of: unknown) => printable(of === undefined ? '' : JSON.stringify(of))
  if (change.kind === 'added') return out.paint('green', `+ ${change.path}: ${value(change.to)}`)
  if (change.kind === 'removed') return out.paint('red', `- ${change.path}: ${value(change.from)}`)
  return out.paint('yellow', `~ ${change.path}: ${value(change.from)} → ${value(change.to)}`)
}

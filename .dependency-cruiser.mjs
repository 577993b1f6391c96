// The architecture as rules. `npm run check` fails on the first arrow that points the wrong way.
const TEST = '([.](test|spec)|-fixture)[.]ts$'
const NPM = 'node_modules/'

/** Bottom first: a folder may use the folders in the lines above its own, never those below it. */
export const LAYERS = [
  ['contract', 'base'],
  ['store', 'scheduler'],
  ['hosts', 'tenants', 'apps', 'access', 'secrets', 'events'],
  ['engines', 'monitoring'],
  ['reconciler', 'scaling', 'releases', 'attach'],
  ['desk', 'metering', 'catalogue', 'automation', 'plugins', 'system'],
  ['api'],
]

/** Files that decide and therefore touch nothing: no clock, no disk, no network, no other domain. */
const PURE = [
  '^core/scheduler/',
  '^core/reconciler/(diff|brake|judge-health|play-through|request)[.]ts$',
  '^core/apps/(spec-diff|backoff|app-status)[.]ts$',
  '^core/scaling/(anomaly|decide|derived|execute|forecast|policy|quality|replay|timed)/',
  '^core/(releases/next|desk/sla-clock|monitoring/(rollup|health-score))[.]ts$',
]
const PURE_PACKAGES = 'node_modules/(re2js|microdiff|zod|croner|@marcbachmann)/'

const folder = (names) => `^core/(${names.join('|')})/`

const layerRules = LAYERS.slice(0, -1).map((names, depth) => ({
  name: `layer-of-${names[0]}`,
  comment: `${names.join(', ')} must not know what is built upon them; declare a small interface and let core.ts supply it`,
  severity: 'error',
  from: { path: folder(names), pathNot: TEST },
  to: { path: folder(LAYERS.slice(depth + 1).flat()) },
}))

/** A package that only one place may use; tests may look at it from outside. */
const confined = (name, packages, homes) => ({
  name,
  comment: `${packages} is used in ${homes.join(', ')} only`,
  severity: 'error',
  from: { pathNot: [...homes, TEST, '^(tests|lab|bench|scripts)/'] },
  to: { path: `${NPM}(${packages})/` },
})

export default {
  forbidden: [
    ...layerRules,
    { name: 'no-circular', comment: 'a cycle has no bottom to start reading at', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'an import that leads nowhere is not checked by any other rule',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'contract-is-pure',
      comment: 'browsers and the command line load the contract: zod and oRPC only',
      severity: 'error',
      from: { path: '^core/contract/', pathNot: TEST },
      to: { pathNot: ['^core/contract/', `${NPM}zod/`, `${NPM}@orpc/(contract|client|openapi-client)/`] },
    },
    {
      name: 'decisions-are-pure',
      comment: 'what decides takes values and returns values; now is an argument',
      severity: 'error',
      from: { path: PURE, pathNot: TEST },
      to: { pathNot: [...PURE, '^core/(contract|base|scheduler)/', PURE_PACKAGES] },
    },
    {
      name: 'front-door',
      comment: 'another domain is entered through its index.ts',
      severity: 'error',
      from: { path: '^core/([^/]+)/', pathNot: TEST },
      to: { path: '^core/[^/]+/', pathNot: ['^core/$1/', '^core/[^/]+/index[.]ts$', '^core/(base|contract)/'] },
    },
    {
      name: 'composition-root-is-the-top',
      comment: 'core.ts and main.ts put the core together; nothing below them may ask them for anything',
      severity: 'error',
      from: { path: '^core/[^/]+/', pathNot: TEST },
      to: { path: '^core/[^/]+[.]ts$' },
    },
    {
      name: 'engines-are-strangers',
      comment: 'an engine knows engine.ts, never another engine',
      severity: 'error',
      from: { path: '^core/engines/([^/]+)/' },
      to: { path: '^core/engines/[^/]+/', pathNot: '^core/engines/$1/' },
    },
    {
      name: 'core-knows-no-shell',
      comment: 'the core is a library; windows, screens and tests use it',
      severity: 'error',
      from: { path: '^core/' },
      to: { path: ['^(electron|renderer|lab|tests|bench|scripts)/', '^electron$', `${NPM}electron/`] },
    },
    {
      name: 'cli-sees-contract',
      comment: 'the command line is a client like any other',
      severity: 'error',
      from: { path: '^core/cli/', pathNot: TEST },
      to: { path: '^core/', pathNot: ['^core/(cli|contract)/', '^core/base/pack-folder[.]ts$'] },
    },
    {
      name: 'renderer-sees-contract',
      comment: 'screens know the contract, nothing of the core behind it and nothing of the shell around them',
      severity: 'error',
      from: { path: '^renderer/', pathNot: TEST },
      to: { path: ['^(core|electron|lab|tests|bench|scripts)/', '^electron$', `${NPM}electron/`], pathNot: '^core/contract/' },
    },
    {
      name: 'features-are-strangers',
      comment: 'a feature uses app/ and shared/, never another feature',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/features/[^/]+/', pathNot: '^renderer/features/$1/' },
    },
    {
      name: 'shared-knows-no-feature',
      comment: 'what all features share must not depend on one of them',
      severity: 'error',
      from: { path: '^renderer/shared/', pathNot: TEST },
      to: { path: '^renderer/features/' },
    },
    {
      name: 'shell-sees-core',
      comment: 'the desktop shell starts the core in the folder the command line uses too, and hands requests over; it knows no domain',
      severity: 'error',
      from: { path: '^electron/', pathNot: TEST },
      to: {
        path: ['^core/', '^(renderer|lab|tests|bench|scripts)/'],
        pathNot: ['^core/(core|local-server)[.]ts$', '^core/cli/paths[.]ts$'],
      },
    },
    {
      name: 'lab-is-for-tests',
      comment: 'the product never depends on the lab',
      severity: 'error',
      from: { pathNot: '^(lab|tests|bench)/' },
      to: { path: '^lab/' },
    },
    {
      name: 'rows-in-tables',
      comment: 'SQL lives in core/store and in the *.table.ts files; others may hand a database on',
      severity: 'error',
      from: { path: '^core/', pathNot: ['^core/store/', '[.]table[.]ts$', TEST] },
      to: { path: `${NPM}kysely/`, dependencyTypesNot: ['type-only'] },
    },
    confined('docker-in-engines', 'dockerode', ['^core/engines/(docker|swarm)/']),
    confined('ssh-in-hosts', 'ssh2', ['^core/hosts/']),
    confined('sqlite-in-store', 'better-sqlite3', ['^core/store/']),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(out|dist)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.vue', '.mjs', '.js', '.json', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}

import { Readable } from 'node:stream'
import { Access, accessRoutes, desktopPrincipal } from './access/index.ts'
import { createApi, type Api, type RawRoute } from './api/index.ts'
import { appRoutes, Apps, appsBySecret, Artifacts, loadInstances } from './apps/index.ts'
import { ExecSessions, instanceRoutes, mergeLogs } from './attach/index.ts'
import { systemClock, type Clock } from './base/clock.ts'
import { createLogger, type Logger } from './base/logger.ts'
import { HostInput } from './contract/index.ts'
import { connectEngine, testConnection } from './engines/index.ts'
import { eventRoutes } from './events/index.ts'
import { hostRoutes, Hosts, SshError } from './hosts/index.ts'
import { Monitoring, seriesRoutes } from './monitoring/index.ts'
import { explainApp, previewApp, previewDrain, Reconciler, specWarnings } from './reconciler/index.ts'
import { secretRoutes, Secrets } from './secrets/index.ts'
import { claimDataFolder, createBackup, fileKeyStore, needingRoom, Store, Vault, type DataFiles, type KeyStore } from './store/index.ts'
import { attention, doctor, overview, sampleShop, StatusWatch, systemRoutes, type StatusListener, topology } from './system/index.ts'

export interface CoreOptions {
  /** Folder that holds everything; made when it is not there. One core at a time. */
  dataDir: string
  /** Where the samples are; without it there is none to offer. */
  samplesDir?: string
  /** The built screens. */
  rendererDir?: string
  /** Files of the API page, where the package is not installed. */
  docsDir?: string
  /** Where the key that seals secrets is kept. Default: a file in the data folder. */
  keyStore?: KeyStore
  version?: string
  logger?: Logger
  clock?: Clock
  /** Names this console may be called by, besides localhost. */
  allowedHosts?: readonly string[]
  /** Largest artifact that is taken, bytes. */
  maxArtifactBytes?: number
  /** Whether instances are measured; they are unless told otherwise. */
  measures?: boolean
}

/** What a front door says about a request. `principal: 'desktop'` is for the shell's own window only. */
export interface FetchContext {
  principal?: 'desktop'
  remote?: string
  allowedHosts?: readonly string[]
  closing?: AbortSignal
}

export interface Core {
  fetch(request: Request, context?: FetchContext): Promise<Response>
  /** Connects the hosts and starts to close the difference between wanted and observed. */
  start(): Promise<void>
  /** Lets go of hosts and data folder. Instances go on running. */
  stop(): Promise<void>
  /** Tells a tray or a lamp how everything is and what has gone wrong, until the returned function is called. */
  watchStatus(listener: StatusListener): () => void
  /** A path with a one-time code that signs an administrator in; valid for ten minutes. */
  signInPath(): Promise<string>
  /** A new administrator token for a program on this machine. */
  mintToken(name: string): Promise<string>
}

const CONNECT_TIMEOUT_MS = 5000
const TEST_TIMEOUT_MS = 8000
const MAX_ARTIFACT_BYTES = 2 * 2 ** 30

/**
 * Puts a whole Spacefort together: by plain constructor arguments, lower domains first. Refuses, changing nothing, when another
 * core holds the folder or the database cannot be used.
 */
export function createCore(options: CoreOptions): Promise<Core> {
  return needingRoom(options.dataDir, () => openCore(options))
}

async function openCore(options: CoreOptions): Promise<Core> {
  const { clock = systemClock, version = '0.0.0', logger = createLogger() } = options
  const { files, release } = claimDataFolder(options.dataDir)
  try {
    const store = await Store.open(files.database, clock)
    const vault = await Vault.open(options.keyStore ?? fileKeyStore(files.key))
    return await assemble({ options, clock, version, logger, files, release, store, vault })
  } catch (error) {
    release()
    throw error
  }
}

interface Ground {
  options: CoreOptions
  clock: Clock
  version: string
  logger: Logger
  files: DataFiles
  release: () => void
  store: Store
  vault: Vault
}

async function assemble(ground: Ground): Promise<Core> {
  const { options, clock, version, logger, files, store, vault } = ground
  const startedAt = clock.now()
  const access = new Access({ store, clock, logger })
  const secrets = new Secrets({ store, vault, clock, usedBy: () => appsBySecret(store.db) })
  const artifacts = new Artifacts({ store, clock, dir: files.artifacts, maxBytes: options.maxArtifactBytes ?? MAX_ARTIFACT_BYTES })
  const stateDir = files.processes

  const hosts: Hosts = new Hosts({
    store,
    vault,
    clock,
    environment: {
      test: (connection, options) => testConnection(connection, { ...options, timeoutMs: TEST_TIMEOUT_MS, stateDir }),
      changed: (host) => reconciler.hostChanged(host),
      used: (host) => monitoring.used(host),
    },
  })
  const apps = new Apps({
    store,
    clock,
    environment: {
      changed: (app) => reconciler.appChanged(app),
      missingSecrets: (names) => secrets.missing(names),
      hasArtifact: (digest) => artifacts.has(digest),
      warnings: (spec) => specWarnings(store, spec),
    },
  })
  const reconciler: Reconciler = new Reconciler({
    store,
    clock,
    logger,
    secrets,
    artifacts,
    connect: async (name) => {
      const known = await hosts.connection(name)
      if (!known) return null
      const opened = await connectEngine(known.connection, { trustedHostKey: known.hostKey, timeoutMs: CONNECT_TIMEOUT_MS, stateDir })
      return { ...opened, engine: monitoring.timed(name, opened.engine), generation: known.generation }
    },
    generation: (name) => hosts.generation(name),
    offeredKey: (error) => (error instanceof SshError && error.reason === 'host-key' ? (error.offeredHostKey ?? null) : null),
    measured: (durationMs) => monitoring.recordReconcile(durationMs),
  })
  const monitoring: Monitoring = await Monitoring.open({
    file: files.metrics,
    store,
    clock,
    logger,
    engine: (host) => reconciler.engine(host),
  })
  const statusWatch = new StatusWatch({ store, clock, logger, brake: () => reconciler.brakeState() })
  const exec = new ExecSessions({ store, clock, instance: (id) => apps.instance(id), engine: (host) => reconciler.engine(host) })

  const appLogs = (
    { app, ended, ...query }: { app: string; ended: boolean; follow: boolean; tail: number; since?: number | undefined },
    signal?: AbortSignal,
  ) =>
    mergeLogs(
      async () =>
        (await loadInstances(store.db, { app, ended }))
          .filter(({ cleaned }) => !cleaned)
          .map(({ instance: { id, host } }) => ({ id, host, engine: reconciler.engine(host) })),
      query,
      signal ?? new AbortController().signal,
    )
  const router = {
    system: systemRoutes({
      overview: () =>
        overview({ store, clock, version, startedAt, brake: () => reconciler.brakeState(), used: (host) => monitoring.used(host) }),
      attention: (query) => attention({ store, clock }, query),
      topology: (names) => topology({ store, used: (host) => monitoring.used(host) }, names),
      doctor: () => doctor({ store, files, artifacts }),
      sampleApp: () => sampleShop(options.samplesDir ?? '', artifacts),
    }),
    hosts: hostRoutes(hosts, { previewDrain: (host) => previewDrain(store, host, clock.now()) }),
    apps: appRoutes(apps, {
      explain: (app) => explainApp(store, app),
      preview: (app, change) => previewApp(store, app, { change, now: clock.now() }),
      logs: appLogs,
      measured: (id) => monitoring.measured(id),
    }),
    instances: instanceRoutes(
      {
        list: (query) => apps.listInstances(query),
        get: (id) => apps.instance(id),
        stop: (id, actor) => apps.stopInstance(id, actor),
        logs: (id, query, signal) =>
          mergeLogs(
            async () => {
              const { host } = await apps.instance(id)
              return [{ id, host, engine: reconciler.engine(host) }]
            },
            query,
            signal ?? new AbortController().signal,
          ),
      },
      exec,
    ),
    events: eventRoutes(store),
    series: seriesRoutes(monitoring),
    secrets: secretRoutes(secrets),
    access: accessRoutes({ access }),
  }
  const api = createApi({
    router,
    access,
    store,
    vault,
    logger,
    clock,
    config: { version, ...(options.allowedHosts ? { allowedHosts: options.allowedHosts } : {}) },
    rawRoutes: [
      ...artifactRoutes(artifacts, options.maxArtifactBytes ?? MAX_ARTIFACT_BYTES),
      backupRoute({ dir: options.dataDir, store, version }),
    ],
    metrics: () => monitoring.exposition(),
    ...(options.rendererDir === undefined ? {} : { rendererDir: options.rendererDir }),
    ...(options.docsDir === undefined ? {} : { docsDir: options.docsDir }),
  })
  const administrator = await access.users.ensureAdministrator()
  const fetch = frontDoor(api, administrator)
  return {
    fetch: (request, context) => monitoring.timedFetch(request, () => fetch(request, context)),
    async start() {
      await needingRoom(files.dir, async () => {
        await addWorkstation(store, hosts)
        await store.write(async (tx) => tx.emit({ kind: 'system.started', actor: 'system', data: { version } }))
      })
      await reconciler.start()
      if (options.measures !== false) monitoring.start()
    },
    watchStatus: (listener) => statusWatch.listen(listener),
    async stop() {
      exec.closeAll()
      await statusWatch.stop()
      await reconciler.stop()
      await monitoring.stop()
      // A disk without room must not keep it from letting go, nor hide why it stops.
      const noted = store.write(async (tx) => tx.emit({ kind: 'system.stopped', actor: 'system' }))
      await noted.catch((error: unknown) => logger.error({ err: error }, 'could not note that the core stops'))
      await store.close()
      ground.release()
    },
    async signInPath() {
      const { code } = await access.signIn.createCode(administrator)
      // In the fragment, so that it is never sent to a server or kept in a log.
      return `/#/sign-in?code=${encodeURIComponent(code)}`
    },
    async mintToken(name) {
      const { value } = await access.tokens.mint({ name, user: administrator, role: 'administrator', expiresInDays: null })
      return value
    },
  }
}

function frontDoor(api: Api, administrator: string): Core['fetch'] {
  return (request, context = {}) => {
    const { principal, remote = 'local', allowedHosts, closing } = context
    return api.fetch(request, {
      remote,
      allowedHosts,
      closing,
      ...(principal === 'desktop' ? { principal: desktopPrincipal(administrator) } : {}),
    })
  }
}

/** The first start of an installation makes this workstation its first host, so that there is somewhere to run things. */
async function addWorkstation(store: Store, hosts: Hosts): Promise<void> {
  const [started] = await store.readEvents({ kind: 'system.started' }, { limit: 1 })
  if (started) return
  await hosts.add(HostInput.parse({ name: 'workstation', connection: { kind: 'local' } }), 'system')
}

function artifactRoutes(artifacts: Artifacts, maxBodyBytes: number): RawRoute[] {
  const shape = { path: '/api/v1/artifacts/{digest}', tag: 'Artifacts', contentType: 'application/x-tar' }
  const digestOf = (params: Readonly<Record<string, string>>) => `sha256:${(params.digest ?? '').replace(/^sha256:/, '')}`
  return [
    {
      ...shape,
      method: 'HEAD',
      meta: { role: 'viewer', scope: 'read' },
      summary: 'Whether an artifact is there',
      maxBodyBytes: 0,
      handle: async (_request, { params }) => new Response(null, { status: (await artifacts.has(digestOf(params))) ? 200 : 404 }),
    },
    {
      ...shape,
      method: 'PUT',
      meta: { role: 'operator', scope: 'apps' },
      summary: 'Upload an artifact, a tar that is kept by its SHA-256',
      maxBodyBytes,
      handle: async (request, { params, principal }) => {
        const body = request.body ? Readable.fromWeb(request.body) : Readable.from([])
        return Response.json(await artifacts.put(digestOf(params), body as AsyncIterable<Uint8Array>, principal.actor), { status: 201 })
      },
    },
  ]
}

function backupRoute({ dir, store, version }: { dir: string; store: Store; version: string }): RawRoute {
  return {
    method: 'GET',
    path: '/api/v1/backup',
    meta: { role: 'administrator', scope: 'system' },
    summary: 'A consistent copy of everything, as a tar; with ?withKey=true also the key that opens the secrets',
    tag: 'System',
    maxBodyBytes: 0,
    contentType: 'application/x-tar',
    handle: async (request, { principal }) => {
      const withKey = new URL(request.url).searchParams.get('withKey') === 'true'
      const tar = await createBackup(dir, { version, withKey })
      await store.write(async (tx) => tx.emit({ kind: 'system.backup-taken', actor: principal.actor, data: { withKey } }))
      return new Response(Readable.toWeb(tar) as ReadableStream, { headers: { 'content-type': 'application/x-tar' } })
    },
  }
}

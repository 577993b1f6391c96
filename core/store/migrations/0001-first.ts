import { sql, type Kysely } from 'kysely'

const STATEMENTS = [
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
  `CREATE TABLE events (
     seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL,
     app TEXT, host TEXT, instance TEXT, data_json TEXT NOT NULL, hash TEXT NOT NULL) STRICT`,
  `CREATE INDEX events_app ON events (app, seq) WHERE app IS NOT NULL`,
  `CREATE INDEX events_host ON events (host, seq) WHERE host IS NOT NULL`,
  `CREATE INDEX events_instance ON events (instance, seq) WHERE instance IS NOT NULL`,
  `CREATE INDEX events_kind ON events (kind, seq)`,
  `CREATE TABLE hosts (
     name TEXT PRIMARY KEY, engine TEXT NOT NULL, connection_json TEXT NOT NULL, sealed BLOB, labels_json TEXT NOT NULL,
     centre TEXT, room TEXT, rack TEXT, domain TEXT, reserve_json TEXT NOT NULL, scheduling TEXT NOT NULL, host_key TEXT,
     generation INTEGER NOT NULL, created_at INTEGER NOT NULL) STRICT`,
  `CREATE TABLE host_observed (
     host TEXT PRIMARY KEY REFERENCES hosts (name) ON DELETE CASCADE, status TEXT NOT NULL, status_since INTEGER NOT NULL,
     status_message TEXT NOT NULL, engine_version TEXT NOT NULL, os TEXT NOT NULL, cpu_millis INTEGER NOT NULL,
     memory_bytes INTEGER NOT NULL, disk_bytes INTEGER NOT NULL, last_seen_at INTEGER, offered_host_key TEXT) STRICT`,
  `CREATE TABLE apps (
     name TEXT PRIMARY KEY, state TEXT NOT NULL, instances INTEGER NOT NULL, revision INTEGER NOT NULL, run_revision INTEGER NOT NULL, generation INTEGER NOT NULL,
     restart_generation INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT`,
  `CREATE TABLE revisions (
     app TEXT NOT NULL REFERENCES apps (name) ON DELETE CASCADE, revision INTEGER NOT NULL, spec_json TEXT NOT NULL,
     created_at INTEGER NOT NULL, created_by TEXT NOT NULL, note TEXT NOT NULL, PRIMARY KEY (app, revision)) STRICT`,
  `CREATE TABLE app_status (
     app TEXT PRIMARY KEY REFERENCES apps (name) ON DELETE CASCADE, revision INTEGER NOT NULL, failures INTEGER NOT NULL,
     last_failure_at INTEGER, host_failures_json TEXT NOT NULL, waiting INTEGER NOT NULL, waiting_summary TEXT NOT NULL) STRICT`,
  `CREATE TABLE instances (
     id TEXT PRIMARY KEY, app TEXT NOT NULL REFERENCES apps (name) ON DELETE CASCADE, revision INTEGER NOT NULL,
     restart_generation INTEGER NOT NULL, host TEXT NOT NULL, wanted TEXT NOT NULL, cause TEXT NOT NULL, ports_json TEXT NOT NULL,
     cpu_millis INTEGER NOT NULL, memory_bytes INTEGER NOT NULL, disk_bytes INTEGER NOT NULL, placement_json TEXT,
     created_at INTEGER NOT NULL, stop_cause TEXT) STRICT`,
  `CREATE INDEX instances_app ON instances (app, wanted)`,
  `CREATE INDEX instances_host ON instances (host, wanted)`,
  `CREATE TABLE instance_observed (
     instance TEXT PRIMARY KEY REFERENCES instances (id) ON DELETE CASCADE, status TEXT NOT NULL, health TEXT NOT NULL,
     started_at INTEGER, ended_at INTEGER, exit_code INTEGER, message TEXT NOT NULL, status_since INTEGER NOT NULL,
     cleaned INTEGER NOT NULL) STRICT`,
  `CREATE INDEX instance_observed_dirty ON instance_observed (cleaned, status)`,
  `CREATE TABLE secrets (
     name TEXT PRIMARY KEY, version INTEGER NOT NULL, sealed BLOB NOT NULL, updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL) STRICT`,
  `CREATE TABLE artifacts (digest TEXT PRIMARY KEY, bytes INTEGER NOT NULL, uploaded_at INTEGER NOT NULL, uploaded_by TEXT NOT NULL) STRICT`,
  `CREATE TABLE users (
     name TEXT PRIMARY KEY, role TEXT NOT NULL, password_hash TEXT, created_at INTEGER NOT NULL, last_seen_at INTEGER) STRICT`,
  `CREATE TABLE tokens (
     id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, user TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
     role TEXT NOT NULL, scopes_json TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL, expires_at INTEGER,
     last_used_at INTEGER) STRICT`,
  `CREATE TABLE idempotency (
     principal TEXT NOT NULL, key TEXT NOT NULL, request_hash TEXT NOT NULL, status INTEGER, body TEXT, created_at INTEGER NOT NULL,
     PRIMARY KEY (principal, key)) STRICT`,
]

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

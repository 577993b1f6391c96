/** Columns named *_json hold JSON text, *_at ms since the epoch, sealed ones ciphertext that only the key store's key opens. */
export interface Tables {
  meta: { key: string; value: string }
  events: {
    seq: number
    at: number
    kind: string
    actor: string
    app: string | null
    host: string | null
    instance: string | null
    data_json: string
    hash: string
  }
  hosts: {
    name: string
    engine: string
    connection_json: string
    sealed: Uint8Array | null
    labels_json: string
    centre: string | null
    room: string | null
    rack: string | null
    domain: string | null
    reserve_json: string
    scheduling: string
    host_key: string | null
    generation: number
    created_at: number
  }
  host_observed: {
    host: string
    status: string
    status_since: number
    status_message: string
    engine_version: string
    os: string
    cpu_millis: number
    memory_bytes: number
    disk_bytes: number
    last_seen_at: number | null
    offered_host_key: string | null
  }
  apps: {
    name: string
    state: string
    instances: number
    revision: number
    /** The oldest revision whose instances need no replacement: what is run has not changed since. */
    run_revision: number
    generation: number
    restart_generation: number
    created_at: number
    updated_at: number
  }
  revisions: { app: string; revision: number; spec_json: string; created_at: number; created_by: string; note: string }
  app_status: {
    app: string
    /** The revision the failures belong to; another revision starts from zero. */
    revision: number
    failures: number
    last_failure_at: number | null
    host_failures_json: string
    waiting: number
    waiting_summary: string
  }
  instances: {
    id: string
    app: string
    revision: number
    restart_generation: number
    host: string
    wanted: string
    cause: string
    ports_json: string
    cpu_millis: number
    memory_bytes: number
    disk_bytes: number
    placement_json: string | null
    created_at: number
    stop_cause: string | null
  }
  instance_observed: {
    instance: string
    status: string
    health: string
    started_at: number | null
    ended_at: number | null
    exit_code: number | null
    message: string
    status_since: number
    /** 1 once nothing of the instance is left on its host. */
    cleaned: number
  }
  secrets: { name: string; version: number; sealed: Uint8Array; updated_at: number; updated_by: string }
  artifacts: { digest: string; bytes: number; uploaded_at: number; uploaded_by: string }
  users: { name: string; role: string; password_hash: string | null; created_at: number; last_seen_at: number | null }
  tokens: {
    id: string
    kind: string
    name: string
    user: string
    role: string
    scopes_json: string
    hash: string
    created_at: number
    expires_at: number | null
    last_used_at: number | null
  }
  idempotency: {
    principal: string
    key: string
    request_hash: string
    status: number | null
    body: string | null
    created_at: number
  }
}

import type { OutputSource } from '../contract/signals.ts';
import { sql } from 'drizzle-orm';
import {
  bigint,
  bigserial,
  boolean,
  check,
  customType,
  date,
  doublePrecision,
  index,
  integer,
  json,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

// What each column means, with its unit, stands in `column-comments.ts` and, through a migration, in the database.

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const day = (name: string) => date(name, { mode: 'string' });
/** A transaction id of PostgreSQL; it never wraps around. */
const transactionId = customType<{ data: string; driverData: string }>({ dataType: () => 'xid8' });
const bytes = customType<{ data: Uint8Array; driverData: Buffer }>({ dataType: () => 'bytea' });

// ---- Ledger ---------------------------------------------------------------------------------------------------------

export const backfills = pgTable('backfills', {
  id: uuid('id').primaryKey(),
  state: text('state').notNull(),
  fromPartition: day('from_partition').notNull(),
  toPartition: day('to_partition').notNull(),
  assets: text('assets').array().notNull(),
  only: text('only').notNull(),
  slice: text('slice').notNull(),
  maxConcurrentRuns: integer('max_concurrent_runs').notNull(),
  order: text('order').notNull(),
  idempotencyKey: text('idempotency_key').unique(),
  requestHash: text('request_hash').notNull(),
  estimate: json('estimate'),
  partitions: integer('partitions').notNull(),
  createdAt: instant('created_at').notNull().defaultNow(),
  startedAt: instant('started_at'),
  finishedAt: instant('finished_at'),
});

export const ticks = pgTable(
  'ticks',
  {
    schedule: text('schedule').notNull(),
    dueAt: instant('due_at').notNull(),
    partition: day('partition').notNull(),
    outcome: text('outcome').notNull(),
    reason: text('reason'),
    runId: uuid('run_id'),
    recordedAt: instant('recorded_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.schedule, table.dueAt] })],
);

export const schedulePauses = pgTable(
  'schedule_pauses',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    schedule: text('schedule').notNull(),
    pausedAt: instant('paused_at').notNull().defaultNow(),
    pausedBy: text('paused_by').notNull(),
    reason: text('reason'),
    resumedAt: instant('resumed_at'),
    resumedBy: text('resumed_by'),
  },
  (table) => [
    uniqueIndex('schedule_pauses_open')
      .on(table.schedule)
      .where(sql`${table.resumedAt} is null`),
  ],
);

export const runs = pgTable(
  'runs',
  {
    id: uuid('id').primaryKey(),
    kind: text('kind').notNull(),
    state: text('state').notNull(),
    backfillId: uuid('backfill_id').references(() => backfills.id),
    position: integer('position').notNull().default(0),
    fromPartition: day('from_partition').notNull(),
    toPartition: day('to_partition').notNull(),
    only: text('only').notNull(),
    dispatch: integer('dispatch').notNull().default(0),
    traceparent: text('traceparent'),
    createdAt: instant('created_at').notNull().defaultNow(),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    index('runs_by_state').on(table.state),
    index('runs_by_backfill').on(table.backfillId, table.position),
  ],
);

export const tasks = pgTable(
  'tasks',
  {
    id: uuid('id').primaryKey(),
    runId: uuid('run_id')
      .notNull()
      .references(() => runs.id),
    asset: text('asset').notNull(),
    state: text('state').notNull(),
    reason: text('reason'),
    partitions: integer('partitions').notNull(),
    done: integer('done').notNull().default(0),
    dispatch: integer('dispatch').notNull().default(0),
    fence: bigint('fence', { mode: 'number' }).notNull().default(0),
    attempts: integer('attempts').notNull().default(0),
    crashes: integer('crashes').notNull().default(0),
    postponements: integer('postponements').notNull().default(0),
    worker: text('worker'),
    rows: integer('rows').notNull().default(0),
    requests: integer('requests').notNull().default(0),
    failure: jsonb('failure').$type<{ name: string; message: string; retried: boolean }>(),
    queuedAt: instant('queued_at'),
    startedAt: instant('started_at'),
    finishedAt: instant('finished_at'),
  },
  (table) => [
    uniqueIndex('tasks_by_run').on(table.runId, table.asset),
    index('tasks_by_state').on(table.state),
  ],
);

export const taskEvents = pgTable(
  'task_events',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    taskId: uuid('task_id').notNull(),
    runId: uuid('run_id').notNull(),
    at: instant('at')
      .notNull()
      .default(sql`clock_timestamp()`),
    kind: text('kind').notNull(),
    attempt: integer('attempt').notNull(),
    fence: bigint('fence', { mode: 'number' }).notNull(),
    worker: text('worker'),
    detail: jsonb('detail').$type<Record<string, unknown>>(),
  },
  (table) => [index('task_events_by_task').on(table.taskId, table.id)],
);

export const materializations = pgTable(
  'materializations',
  {
    asset: text('asset').notNull(),
    partition: day('partition').notNull(),
    state: text('state').notNull(),
    reason: text('reason'),
    degraded: boolean('degraded').notNull().default(false),
    blocked: boolean('blocked').notNull().default(false),
    rows: integer('rows').notNull().default(0),
    taskId: uuid('task_id').notNull(),
    runId: uuid('run_id').notNull(),
    materializedAt: instant('materialized_at').notNull().defaultNow(),
    id: bigserial('id', { mode: 'number' }).notNull(),
    codeVersion: text('code_version').notNull().default(''),
    cutoff: instant('cutoff'),
    upstreamIds: bigint('upstream_ids', { mode: 'number' })
      .array()
      .notNull()
      .default(sql`'{}'`),
  },
  (table) => [
    primaryKey({ columns: [table.asset, table.partition] }),
    index('materializations_by_partition').on(table.partition),
    uniqueIndex('materializations_by_id').on(table.id),
    check('materializations_state', sql`${table.state} in ('fresh', 'no_data_expected', 'failed')`),
  ],
);

// ---- Provider answers -----------------------------------------------------------------------------------------------

export const payloads = pgTable(
  'payloads',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    provider: text('provider').notNull(),
    key: text('key').notNull(),
    windowId: text('window_id').notNull(),
    part: text('part').notNull(),
    url: text('url').notNull(),
    status: smallint('status').notNull(),
    contentType: text('content_type').notNull(),
    headers: jsonb('headers').$type<Record<string, string>>().notNull().default({}),
    sha256: text('sha256').notNull(),
    bytes: integer('bytes').notNull(),
    replayOutcome: text('replay_outcome'),
    replayRecorded: text('replay_recorded'),
    replayMarked: text('replay_marked'),
    fetchedAt: instant('fetched_at').notNull(),
    taskId: uuid('task_id').notNull(),
  },
  (table) => [
    index('payloads_by_window').on(table.provider, table.key, table.windowId),
    index('payloads_by_body').on(table.sha256),
  ],
);

export const payloadBodies = pgTable('payload_bodies', {
  sha256: text('sha256').primaryKey(),
  bodyGzip: bytes('body_gzip').notNull(),
  storedAt: instant('stored_at').notNull().defaultNow(),
});

export const providerRequests = pgTable(
  'provider_requests',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    provider: text('provider').notNull(),
    host: text('host').notNull(),
    key: text('key'),
    at: instant('at').notNull(),
    waitedMs: integer('waited_ms').notNull(),
    latencyMs: integer('latency_ms').notNull(),
    status: smallint('status'),
    error: text('error'),
    payloadId: bigint('payload_id', { mode: 'number' }),
    taskId: uuid('task_id'),
  },
  (table) => [index('provider_requests_by_time').on(table.provider, table.at)],
);

export const coverage = pgTable(
  'coverage',
  {
    provider: text('provider').notNull(),
    key: text('key').notNull(),
    windowId: text('window_id').notNull(),
    fromDate: day('from_date').notNull(),
    toDate: day('to_date').notNull(),
    fetchedAt: instant('fetched_at').notNull(),
    payloadIds: bigint('payload_ids', { mode: 'number' }).array().notNull(),
    replayOutcome: text('replay_outcome'),
    replayRecorded: text('replay_recorded'),
    ingestedAt: instant('ingested_at'),
    requests: integer('requests').notNull().default(0),
    taskId: uuid('task_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.provider, table.key, table.windowId] })],
);

export const taskKeys = pgTable(
  'task_keys',
  {
    taskId: uuid('task_id').notNull(),
    key: text('key').notNull(),
    outcome: text('outcome').notNull(),
    reason: text('reason'),
    fromDate: day('from_date'),
    toDate: day('to_date'),
    windows: integer('windows').notNull(),
    requests: integer('requests').notNull(),
    fetched: integer('fetched').notNull(),
    inserted: integer('inserted').notNull(),
    revised: integer('revised').notNull().default(0),
    unchanged: integer('unchanged').notNull().default(0),
    rejected: integer('rejected').notNull(),
    held: integer('held').notNull().default(0),
    payloadId: bigint('payload_id', { mode: 'number' }),
    error: jsonb('error').$type<{ name: string; message: string; retried: boolean }>(),
    recordedAt: instant('recorded_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.taskId, table.key] }),
    index('task_keys_newest').on(table.key, table.recordedAt),
  ],
);

export const rejectedRows = pgTable(
  'rejected_rows',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    taskId: uuid('task_id').notNull(),
    provider: text('provider').notNull(),
    key: text('key').notNull(),
    date: day('date'),
    reason: text('reason').notNull(),
    check: text('check_name'),
    raw: text('raw').notNull(),
    recordedAt: instant('recorded_at').notNull().defaultNow(),
  },
  (table) => [
    index('rejected_rows_by_key').on(table.key, table.date),
    index('rejected_rows_by_task').on(table.taskId),
  ],
);

export const checkResults = pgTable(
  'check_results',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    taskId: uuid('task_id'),
    asset: text('asset').notNull(),
    key: text('key').notNull(),
    check: text('check_name').notNull(),
    severity: text('severity').notNull(),
    status: text('status').notNull(),
    fromDate: day('from_date').notNull(),
    toDate: day('to_date').notNull(),
    tested: integer('tested').notNull(),
    dates: day('dates').array().notNull(),
    expected: text('expected').notNull(),
    observed: text('observed').notNull(),
    recordedAt: instant('recorded_at').notNull().defaultNow(),
  },
  (table) => [
    index('check_results_by_key').on(table.key, table.id),
    index('check_results_by_status').on(table.status, table.id),
    check('check_results_severity', sql`${table.severity} in ('block', 'warn')`),
    check('check_results_status', sql`${table.status} in ('passed', 'failed', 'overridden')`),
  ],
);

export const checkOverrides = pgTable(
  'check_overrides',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    key: text('key').notNull(),
    check: text('check_name').notNull(),
    fromDate: day('from_date').notNull(),
    toDate: day('to_date').notNull(),
    actor: text('actor').notNull(),
    reason: text('reason').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [index('check_overrides_by_key').on(table.key, table.check)],
);

export const auditLog = pgTable('audit_log', {
  id: bigserial('id', { mode: 'number' }).primaryKey(),
  at: instant('at')
    .notNull()
    .default(sql`clock_timestamp()`),
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  detail: jsonb('detail').$type<Record<string, unknown>>().notNull(),
});

export const alerts = pgTable(
  'alerts',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    rule: text('rule').notNull(),
    subject: text('subject').notNull(),
    severity: text('severity').notNull(),
    message: text('message').notNull(),
    raisedAt: instant('raised_at').notNull().defaultNow(),
    lastSeenAt: instant('last_seen_at').notNull().defaultNow(),
    resolvedAt: instant('resolved_at'),
  },
  (table) => [
    uniqueIndex('alerts_open')
      .on(table.rule, table.subject)
      .where(sql`${table.resolvedAt} is null`),
  ],
);

export const alertRules = pgTable(
  'alert_rules',
  {
    name: text('name').primaryKey(),
    kind: text('kind').notNull(),
    severity: text('severity').notNull(),
    threshold: doublePrecision('threshold'),
    deadline: text('deadline'),
    assets: text('assets').array(),
    cooldownMinutes: integer('cooldown_minutes').notNull().default(30),
    enabled: boolean('enabled').notNull().default(true),
    updatedAt: instant('updated_at').notNull().defaultNow(),
    updatedBy: text('updated_by').notNull(),
  },
  () => [check('alert_rules_severity', sql`severity in ('warning', 'critical')`)],
);

export const alertDeliveries = pgTable(
  'alert_deliveries',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    alertId: bigint('alert_id', { mode: 'number' }).references(() => alerts.id),
    digest: day('digest'),
    kind: text('kind').notNull(),
    channel: text('channel').notNull(),
    attempts: integer('attempts').notNull().default(0),
    outcome: text('outcome').notNull(),
    error: text('error'),
    nextAttemptAt: instant('next_attempt_at'),
    createdAt: instant('created_at').notNull().defaultNow(),
    deliveredAt: instant('delivered_at'),
  },
  (table) => [
    index('alert_deliveries_by_alert').on(table.alertId),
    index('alert_deliveries_open')
      .on(table.nextAttemptAt)
      .where(sql`${table.outcome} = 'waiting'`),
  ],
);

export const digests = pgTable('digests', {
  partition: day('partition').primaryKey(),
  builtAt: instant('built_at').notNull().defaultNow(),
  content: jsonb('content').$type<Record<string, unknown>>().notNull(),
});

export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid('id').primaryKey(),
    name: text('name').notNull(),
    role: text('role').notNull(),
    keyHash: text('key_hash').notNull().unique(),
    createdAt: instant('created_at').notNull().defaultNow(),
    createdBy: text('created_by').notNull(),
    revokedAt: instant('revoked_at'),
    revokedBy: text('revoked_by'),
  },
  (table) => [
    uniqueIndex('api_keys_by_name')
      .on(table.name)
      .where(sql`${table.revokedAt} is null`),
    check('api_keys_role', sql`${table.role} in ('viewer', 'operator', 'admin')`),
  ],
);

export const events = pgTable(
  'events',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    tx: transactionId('tx')
      .notNull()
      .default(sql`pg_current_xact_id()`),
    at: instant('at')
      .notNull()
      .default(sql`clock_timestamp()`),
    kind: text('kind').notNull(),
    subject: text('subject').notNull(),
    data: jsonb('data').$type<Record<string, unknown>>().notNull(),
  },
  (table) => [index('events_in_order').on(table.tx, table.id)],
);

export const valueOverrides = pgTable(
  'value_overrides',
  {
    id: bigserial('id', { mode: 'number' }).primaryKey(),
    key: text('key').notNull(),
    date: day('date').notNull(),
    value: numeric('value'),
    previousValue: numeric('previous_value'),
    revision: integer('revision').notNull(),
    actor: text('actor').notNull(),
    reason: text('reason').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [index('value_overrides_by_key').on(table.key, table.date)],
);

export const bronzeVersions = pgTable('bronze_versions', {
  asset: text('asset').primaryKey(),
  version: bigint('version', { mode: 'number' }).notNull().default(0),
});

export const silverVersions = pgTable(
  'silver_versions',
  {
    asset: text('asset').notNull(),
    upstream: text('upstream').notNull(),
    derivedVersion: bigint('derived_version', { mode: 'number' }).notNull(),
    modelVersion: text('model_version').notNull(),
  },
  (table) => [primaryKey({ columns: [table.asset, table.upstream] })],
);

// ---- Bronze ---------------------------------------------------------------------------------------------------------

export const series = pgTable('series', {
  key: text('key').primaryKey(),
  asset: text('asset').notNull(),
  code: text('code').notNull(),
  name: text('name').notNull(),
  unit: text('unit').notNull(),
  frequency: text('frequency').notNull(),
  country: text('country').notNull(),
  calendar: text('calendar').notNull(),
  releaseRule: text('release_rule').notNull(),
  vintageMode: text('vintage_mode').notNull(),
  mandatory: boolean('mandatory').notNull(),
  disabled: text('disabled'),
  scale: doublePrecision('scale').notNull().default(1),
  revises: boolean('revises').notNull().default(false),
  expectedMin: doublePrecision('expected_min'),
  expectedMax: doublePrecision('expected_max'),
  jumpBound: doublePrecision('jump_bound'),
  jumpKind: text('jump_kind'),
  maxStaleness: integer('max_staleness'),
  verified: text('verified').notNull(),
  feeds: text('feeds').notNull(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
});

export const instruments = pgTable('instruments', {
  key: text('key')
    .primaryKey()
    .references(() => series.key),
  class: text('class').notNull(),
  calendar: text('calendar').notNull(),
  quoteUnit: text('quote_unit').notNull(),
  hasVolume: boolean('has_volume').notNull(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
});

/** Columns that every stored fact has: which vintage it is, when it became public, and where it came from. */
const factColumns = () => ({
  vintageAt: instant('vintage_at').notNull(),
  ruleReleaseTime: instant('rule_release_time'),
  ruleReleaseBasis: text('rule_release_basis').notNull(),
  revision: integer('revision').notNull(),
  releaseTime: instant('release_time').notNull(),
  releaseTimeBasis: text('release_time_basis').notNull(),
  vintageBasis: text('vintage_basis').notNull(),
  ingestVersion: bigint('ingest_version', { mode: 'number' }).notNull(),
  payloadId: bigint('payload_id', { mode: 'number' }),
  taskId: uuid('task_id').notNull(),
});

export const observations = pgTable(
  'observations',
  {
    key: text('key').notNull(),
    date: day('date').notNull(),
    value: numeric('value'),
    ...factColumns(),
  },
  (table) => [
    primaryKey({ columns: [table.key, table.date, table.vintageAt] }),
    index('observations_by_ingest').on(table.ingestVersion),
    index('observations_by_release').on(table.releaseTime),
  ],
);

export const bars = pgTable(
  'bars',
  {
    key: text('key').notNull(),
    date: day('date').notNull(),
    open: numeric('open'),
    high: numeric('high'),
    low: numeric('low'),
    close: numeric('close').notNull(),
    adjustedClose: numeric('adjusted_close'),
    volume: numeric('volume'),
    currency: text('currency'),
    ...factColumns(),
  },
  (table) => [
    primaryKey({ columns: [table.key, table.date, table.vintageAt] }),
    index('bars_by_ingest').on(table.ingestVersion),
    index('bars_by_release').on(table.releaseTime),
  ],
);

export const corporateActions = pgTable(
  'corporate_actions',
  {
    key: text('key').notNull(),
    date: day('date').notNull(),
    kind: text('kind').notNull(),
    amount: numeric('amount').notNull(),
    ...factColumns(),
  },
  (table) => [primaryKey({ columns: [table.key, table.date, table.kind, table.vintageAt] })],
);

export const fixings = pgTable(
  'fixings',
  {
    key: text('key').notNull(),
    date: day('date').notNull(),
    bulletin: text('bulletin').notNull(),
    bid: numeric('bid').notNull(),
    ask: numeric('ask').notNull(),
    ...factColumns(),
  },
  (table) => [
    primaryKey({ columns: [table.key, table.date, table.bulletin, table.vintageAt] }),
    index('fixings_by_ingest').on(table.ingestVersion),
    index('fixings_by_release').on(table.releaseTime),
  ],
);

export const curvePoints = pgTable(
  'curve_points',
  {
    key: text('key').notNull(),
    curveId: text('curve_id').notNull(),
    date: day('date').notNull(),
    vertex: text('vertex').notNull(),
    maturity: day('maturity'),
    calendarDays: integer('calendar_days').notNull(),
    businessDays: integer('business_days'),
    rate: numeric('rate'),
    price: numeric('price'),
    rateKind: text('rate_kind').notNull(),
    ...factColumns(),
  },
  (table) => [
    primaryKey({ columns: [table.key, table.curveId, table.date, table.vertex, table.vintageAt] }),
    index('curve_points_by_ingest').on(table.ingestVersion),
    index('curve_points_by_release').on(table.releaseTime),
    index('curve_points_by_date').on(table.key, table.date),
  ],
);

// ---- Silver ---------------------------------------------------------------------------------------------------------

export const silverMacro = pgTable(
  'silver_macro',
  {
    seriesKey: text('series_key').notNull(),
    transform: text('transform').notNull(),
    period: text('period').notNull(),
    periodStart: day('period_start').notNull(),
    knownAt: instant('known_at').notNull(),
    value: doublePrecision('value'),
    unit: text('unit').notNull(),
    reason: text('reason'),
    inputs: text('inputs').notNull().default(''),
  },
  (table) => [
    primaryKey({ columns: [table.seriesKey, table.transform, table.period, table.knownAt] }),
    // Rows are written in about the order in which they became known: a summary of blocks will do.
    index('silver_macro_by_knowledge').using('brin', table.knownAt),
  ],
);

export const silverPrice = pgTable(
  'silver_price',
  {
    instrument: text('instrument').notNull(),
    sessionDate: day('session_date').notNull(),
    knownAt: instant('known_at').notNull(),
    price: doublePrecision('price').notNull(),
    field: text('field').notNull(),
    unit: text('unit').notNull().default(''),
    close: doublePrecision('close'),
    logReturn: doublePrecision('log_return'),
    simpleReturn: doublePrecision('simple_return'),
    priceReturn: doublePrecision('price_return'),
    flags: text('flags').array().notNull(),
    inputs: text('inputs').notNull().default(''),
  },
  (table) => [
    primaryKey({ columns: [table.instrument, table.sessionDate, table.knownAt] }),
    index('silver_price_by_knowledge').using('brin', table.knownAt),
  ],
);

export const silverStat = pgTable(
  'silver_stat',
  {
    instrument: text('instrument').notNull(),
    stat: text('stat').notNull(),
    window: integer('window').notNull(),
    sessionDate: day('session_date').notNull(),
    knownAt: instant('known_at').notNull(),
    value: doublePrecision('value'),
    unit: text('unit').notNull().default(''),
    reason: text('reason'),
    inputs: text('inputs').notNull().default(''),
  },
  (table) => [
    primaryKey({ columns: [table.instrument, table.stat, table.window, table.sessionDate, table.knownAt] }),
    index('silver_stat_by_knowledge').using('brin', table.knownAt),
  ],
);

export const silverCurvePoint = pgTable(
  'silver_curve_point',
  {
    curveId: text('curve_id').notNull(),
    curveDate: day('curve_date').notNull(),
    tenor: text('tenor').notNull(),
    calendarDays: integer('calendar_days').notNull(),
    businessDays: integer('business_days'),
    knownAt: instant('known_at').notNull(),
    value: doublePrecision('value'),
    valueKind: text('value_kind').notNull(),
    method: text('method').notNull(),
    flags: text('flags').array().notNull().default([]),
    reason: text('reason'),
    inputs: text('inputs').notNull().default(''),
  },
  (table) => [
    primaryKey({ columns: [table.curveId, table.curveDate, table.tenor, table.method, table.knownAt] }),
    index('silver_curve_point_by_knowledge').using('brin', table.knownAt),
  ],
);

export const silverCurveFit = pgTable(
  'silver_curve_fit',
  {
    curveId: text('curve_id').notNull(),
    curveDate: day('curve_date').notNull(),
    model: text('model').notNull(),
    knownAt: instant('known_at').notNull(),
    b0: doublePrecision('b0'),
    b1: doublePrecision('b1'),
    b2: doublePrecision('b2'),
    b3: doublePrecision('b3'),
    l1: doublePrecision('l1'),
    l2: doublePrecision('l2'),
    rmseBp: doublePrecision('rmse_bp'),
    condition: doublePrecision('condition'),
    points: integer('points').notNull(),
    status: text('status').notNull(),
    inputs: text('inputs').notNull().default(''),
  },
  (table) => [
    primaryKey({ columns: [table.curveId, table.curveDate, table.model, table.knownAt] }),
    index('silver_curve_fit_by_knowledge').using('brin', table.knownAt),
  ],
);

export const silverCurveMetric = pgTable(
  'silver_curve_metric',
  {
    curveId: text('curve_id').notNull(),
    curveDate: day('curve_date').notNull(),
    metric: text('metric').notNull(),
    knownAt: instant('known_at').notNull(),
    value: doublePrecision('value'),
    unit: text('unit').notNull(),
    reason: text('reason'),
    inputs: text('inputs').notNull().default(''),
  },
  (table) => [
    primaryKey({ columns: [table.curveId, table.curveDate, table.metric, table.knownAt] }),
    index('silver_curve_metric_by_knowledge').using('brin', table.knownAt),
  ],
);

// ---- Agents ---------------------------------------------------------------------------------------------------------

export const agentReports = pgTable(
  'agent_reports',
  {
    agent: text('agent').notNull(),
    partition: day('partition').notNull(),
    modelVersion: text('model_version').notNull(),
    revision: integer('revision').notNull(),
    status: text('status').notNull(),
    coverage: doublePrecision('coverage').notNull(),
    narrative: text('narrative').notNull(),
    outputs: jsonb('outputs').$type<Record<string, unknown>>().notNull(),
    outputSources: jsonb('output_sources').$type<OutputSource[]>().notNull().default([]),
    diagnostics: jsonb('diagnostics').$type<Record<string, unknown>>().notNull(),
    dataQualityFlags: text('data_quality_flags').array().notNull(),
    contentHash: text('content_hash').notNull(),
    taskId: uuid('task_id').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.agent, table.partition, table.modelVersion, table.revision] })],
);

export const signals = pgTable(
  'signals',
  {
    signalId: text('signal_id').notNull(),
    agent: text('agent').notNull(),
    partition: day('partition').notNull(),
    modelVersion: text('model_version').notNull(),
    revision: integer('revision').notNull(),
    axis: text('axis').notNull(),
    direction: text('direction').notNull(),
    strength: text('strength').notNull(),
    confidence: doublePrecision('confidence').notNull(),
    value: doublePrecision('value'),
    unit: text('unit').notNull(),
    horizonDays: integer('horizon_days').notNull(),
    status: text('status').notNull(),
    reason: text('reason'),
    inputs: jsonb('inputs').$type<unknown[]>().notNull(),
    proxies: text('proxies').array().notNull(),
    metadata: jsonb('metadata').$type<Record<string, unknown>>().notNull(),
    taskId: uuid('task_id').notNull(),
    createdAt: instant('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.signalId, table.partition, table.modelVersion, table.revision] }),
    index('signals_by_partition').on(table.partition, table.agent),
  ],
);

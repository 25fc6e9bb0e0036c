import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import * as schema from './schema.ts';

type Schema = typeof schema;
/** A table of the schema, as the code names it. */
export type TableKey = { [Key in keyof Schema]: Schema[Key] extends PgTable ? Key : never }[keyof Schema];

/** What a table holds and what each of its columns means, with its unit. */
interface TableComment<Table extends PgTable> {
  readonly table: string;
  readonly columns: Readonly<Record<keyof Table['_']['columns'], string>>;
}

const ID = 'Random UUID.';
const TASK_ID = 'Task that wrote the row.';
const RUN_ID = 'Run that the row belongs to.';
const ASSET = 'Name of an asset of the graph.';
const KNOWN_AT =
  'Moment (UTC) from which this revision could be known: the latest release time among its inputs.';
const REASON = 'Why the value is null; null when there is one.';
const INPUTS =
  'What it was computed from, with revisions: key[first…last] rN for each input; values in force at known_at.';
const RECORDED_AT = 'Moment (UTC) the row was written.';
const REPLAY_OUTCOME =
  'Header X-Replay-Outcome: not-recorded when the replay providers hold nothing; null when live.';
const REPLAY_RECORDED =
  'Header X-Replay-Recorded: first/last recorded date of the key; null when live or unknown.';
const MODEL_VERSION = 'Version of the formulas; two versions stand side by side.';

/** The columns that every bronze fact has. */
const FACT = {
  vintageAt: 'Moment (UTC) this vintage is stamped with: by the provider (vintage date) or when first seen.',
  ruleReleaseTime:
    'Moment (UTC) the release rule of the key gives for the date; null when only first sight can tell.',
  ruleReleaseBasis:
    'Basis of rule_release_time: provider, calendar, lag_rule or first_seen; manual for a value set by hand.',
  revision:
    'Number of changes of the value before this vintage, from 0; derived from the whole set of vintages.',
  releaseTime: 'Moment (UTC) the value became public: what every read with a cutoff compares.',
  releaseTimeBasis: 'Basis of release_time: provider, calendar, lag_rule, first_seen or manual.',
  vintageBasis:
    'Basis of vintage_at: provider, first_seen, latest (a value that may be revised, first seen long after its release), imported (seen by the system before this one) or manual (value_overrides).',
  ingestVersion:
    'Ingest of the asset that wrote the row (bronze_versions.version): what silver has yet to derive.',
  payloadId: 'Archived answer the row was parsed from (payloads.id); null for a value set by hand.',
  taskId: 'Task that wrote the row; zeros for a value set by hand.',
} as const;

/** Unit and meaning of every table and column. A column of the schema without a comment does not compile. */
const TABLE_COMMENTS: { readonly [Key in TableKey]: TableComment<Schema[Key]> } = {
  backfills: {
    table: 'Requests for a range of partitions × a selection of assets, executed as runs.',
    columns: {
      id: ID,
      state: 'planned, running, paused, succeeded, partially_failed, failed or cancelled.',
      fromPartition: 'First partition of the range (weekday).',
      toPartition: 'Last partition of the range (weekday).',
      assets: 'Names of the assets, upstream ones added, in topological order.',
      only: 'Which partitions are computed: missing, failed or all.',
      slice: 'Range of one run: day, month, quarter or year.',
      maxConcurrentRuns: 'Runs of this backfill that may be active at once (count).',
      order: 'Order of the runs: newest or oldest first.',
      idempotencyKey: 'Header Idempotency-Key of the request; null when it had none.',
      requestHash: 'SHA-256 (hex) of the request, to refuse the same key with another request.',
      estimate:
        'What it was expected to take when it was accepted: requests by provider, minutes, bytes of Redis.',
      partitions: 'Asset × partition pairs to compute (count), fixed when it was accepted.',
      createdAt: 'Moment (UTC) it was accepted: provider windows fetched since then are not fetched again.',
      startedAt: 'Moment (UTC) its first run started; null before.',
      finishedAt: 'Moment (UTC) its last run ended; null before.',
    },
  },
  ticks: {
    table: 'Due moments of the schedules and what became of each.',
    columns: {
      schedule: 'Name of the schedule: weekday.',
      dueAt: 'Moment (UTC) the schedule was due.',
      partition: 'Partition of the run: the weekday before.',
      outcome: 'started, late, caught_up, missed, or installed for the anchor of a new database.',
      reason: 'Why it did not start when it was due: paused or no_scheduler; null when it did.',
      runId: 'Run that the tick planned; null when missed or installed.',
      recordedAt: RECORDED_AT,
    },
  },
  schedulePauses: {
    table: 'Times in which a schedule planned no runs because someone paused it.',
    columns: {
      id: 'Number in the order of pausing.',
      schedule: 'Name of the schedule: weekday.',
      pausedAt: 'Moment (UTC) it was paused.',
      pausedBy: 'Who paused it, as told.',
      reason: 'Why it was paused, as told; null when nothing was.',
      resumedAt: 'Moment (UTC) it was resumed; null while it is paused.',
      resumedBy: 'Who resumed it, as told; null while it is paused.',
    },
  },
  runs: {
    table: 'Sets of assets × a contiguous range of partitions, each executed as one flow.',
    columns: {
      id: ID,
      kind: 'scheduled, manual or backfill.',
      state: 'planned, running, paused, succeeded, partially_failed, failed or cancelled.',
      backfillId: 'Backfill the run is a slice of; null for the other kinds.',
      position: 'Place in the order of its backfill, from 0.',
      fromPartition: 'First partition of the range (weekday).',
      toPartition: 'Last partition of the range (weekday).',
      only: 'Which partitions are computed: missing, failed or all.',
      dispatch: 'How often the run was handed to the queue (count): part of the id of its finishing job.',
      traceparent:
        'Trace (W3C traceparent) of the request or tick that planned the run; null while traces are off.',
      createdAt: 'Moment (UTC) the run was planned.',
      startedAt: 'Moment (UTC) of the first dispatch; null before.',
      finishedAt: 'Moment (UTC) the last task ended; null before.',
    },
  },
  tasks: {
    table: 'One asset of one run.',
    columns: {
      id: ID,
      runId: RUN_ID,
      asset: ASSET,
      state: 'pending, queued, running, succeeded, failed, skipped or cancelled.',
      reason:
        'Why it ended as it did: upstream_failed: …, already_materialized, an error; null when there is nothing to say.',
      partitions: 'Partitions to compute (count), fixed when the run was planned.',
      done: 'Partitions materialized so far (count).',
      dispatch:
        'How often the task was handed to the queue (count): a job of an older dispatch is superseded.',
      fence: 'Fencing token: raised by every dispatch and claim; only its holder may commit.',
      attempts: 'Times a worker claimed the task (count).',
      crashes:
        'Attempts that ended with the death of their process (count); three put the task in quarantine.',
      postponements: 'Waits for a provider that did not spend an attempt (count).',
      worker: 'Host and process id of the last worker that claimed it.',
      rows: 'Rows written (count).',
      requests: 'Requests sent to the provider (count).',
      failure: 'Last failure: name, message and whether it was retried; null when there was none.',
      queuedAt: 'Moment (UTC) of the last dispatch; null before.',
      startedAt: 'Moment (UTC) of the first claim; null before.',
      finishedAt: 'Moment (UTC) the task ended; null while it is open.',
    },
  },
  taskEvents: {
    table: 'History of the tasks. Kept for ever, also when the queue is emptied.',
    columns: {
      id: 'Number in the order of writing.',
      taskId: 'Task the event belongs to.',
      runId: RUN_ID,
      at: 'Moment (UTC) of the event.',
      kind: 'started, succeeded, failed, retrying, postponed, released or skipped.',
      attempt: 'Attempt of the task, from 1.',
      fence: 'Fencing token the attempt held.',
      worker: 'Host and process id of the worker; null when the event does not name it.',
      detail: 'Rows, failure, reason and whatever else belongs to the kind.',
    },
  },
  materializations: {
    table: 'The effective result of one asset for one partition. No row: missing.',
    columns: {
      asset: ASSET,
      partition: 'Weekday: what was known by 06:00 America/Sao_Paulo of the next weekday.',
      state: 'fresh, no_data_expected or failed; the first two count as materialized.',
      reason: 'holiday, not_released or not_recorded, or why it failed; null when fresh.',
      degraded: 'True when an agent stored its signals with coverage below 0.5.',
      blocked: 'True when an upstream keeps it from being computed.',
      rows: 'Rows that became known in this partition, or that it stores (count).',
      taskId: TASK_ID,
      runId: RUN_ID,
      materializedAt: 'Moment (UTC) from which the outcome has its number.',
      id: 'Number of this outcome: a new one whenever it changes, by its own task or by rows of another that it could have known.',
      codeVersion: 'Version of the code that computed it; empty when that is not known.',
      cutoff: 'Moment (UTC) up to which it knew anything: the cutoff of the partition.',
      upstreamIds: 'Outcomes (materializations.id) that the upstream assets had when its computation began.',
    },
  },
  payloads: {
    table:
      'Every answer of a provider, whatever its status, archived before it is judged or parsed. Append-only.',
    columns: {
      id: 'Number in the order of arrival.',
      provider: 'bcb_sgs, fred, yahoo, bcb_ptax, b3 or treasury.',
      key: 'Key of the provider registry that was asked for (series.key).',
      windowId: 'Window of the key, stable whatever the slice that asks.',
      part: 'Which answer of the window it is; unique within it.',
      url: 'Requested URL, secrets replaced by REDACTED.',
      status: 'HTTP status code.',
      contentType: 'Header Content-Type; empty when there was none.',
      headers:
        'Headers that say something about the body: ETag, Last-Modified, Date, Retry-After. No secrets.',
      sha256:
        'SHA-256 (hex) of the body before compression; the body stands in payload_bodies unless it was pruned.',
      bytes: 'Size of the body before compression (bytes).',
      replayOutcome: REPLAY_OUTCOME,
      replayRecorded: REPLAY_RECORDED,
      replayMarked:
        'Header X-Replay-Marked: what the replay providers re-encoded or had to make up; null otherwise.',
      fetchedAt: 'Moment (UTC) the answer had arrived.',
      taskId: TASK_ID,
    },
  },
  payloadBodies: {
    table: 'Bodies of the archived answers, each distinct one once.',
    columns: {
      sha256: 'SHA-256 (hex) of the body before compression.',
      bodyGzip: 'The body, gzip.',
      storedAt: 'Moment (UTC) the body was first seen.',
    },
  },
  providerRequests: {
    table: 'Requests sent to the providers, answered or not: what provider health is computed from.',
    columns: {
      id: 'Number in the order of writing.',
      provider: 'bcb_sgs, fred, yahoo, bcb_ptax, b3 or treasury.',
      host: 'Host that was asked.',
      key: 'Key of the provider registry (series.key); null for a probe of the host.',
      at: 'Moment (UTC) the request was sent.',
      waitedMs: 'Time spent waiting for the request budget before that (milliseconds).',
      latencyMs: 'Time from sending to the whole answer or the failure (milliseconds).',
      status: 'HTTP status code; null without an answer.',
      error:
        'Why there was no answer that could be used: timeout, ECONNRESET, too_large, page (for data), …; null otherwise.',
      payloadId: 'Archived answer (payloads.id); null without one.',
      taskId: 'Task that asked; null for a probe.',
    },
  },
  coverage: {
    table: 'Which window of a provider key has been fetched, and when.',
    columns: {
      provider: 'bcb_sgs, fred, yahoo, bcb_ptax, b3 or treasury.',
      key: 'Key of the provider registry (series.key).',
      windowId: 'Window of the key, stable whatever the slice that asks.',
      fromDate: 'First observation date of the window.',
      toDate: 'Last observation date of the window.',
      fetchedAt: 'Moment (UTC) of the last answer of the window.',
      payloadIds: 'Archived answers that make up the window (payloads.id), in the order of arrival.',
      replayOutcome: REPLAY_OUTCOME,
      replayRecorded: REPLAY_RECORDED,
      ingestedAt: 'Moment (UTC) its rows were stored; null when they have yet to be.',
      requests: 'Requests that the fetch took (count).',
      taskId: 'Task that fetched it.',
    },
  },
  taskKeys: {
    table: 'What became of each provider key in a bronze task.',
    columns: {
      taskId: 'Task the outcome belongs to.',
      key: 'Key of the provider registry (series.key).',
      outcome:
        'rows, no_data_expected, no_data_unexpected, partial (rows were held back or windows failed) or failed.',
      reason: 'Reason of an expected absence: not_recorded; null otherwise.',
      fromDate: 'First observation date of the windows that were asked for; null without any.',
      toDate: 'Last observation date of the windows that were asked for; null without any.',
      windows: 'Windows covered (count).',
      requests: 'Requests sent in this attempt (count).',
      fetched: 'Rows parsed in this attempt (count).',
      inserted: 'Rows among them that said something new (count): first values and vintages.',
      revised: 'Rows among the inserted that changed a stored value (count).',
      unchanged: 'Rows among the fetched that repeat what is stored (count).',
      rejected: 'Rows that could not be read (count); they stand in rejected_rows.',
      held: 'Rows that a blocking check held back (count); they stand in rejected_rows.',
      payloadId: 'Last archived answer it was parsed from (payloads.id); null without one.',
      error: 'Failure: name, message and whether it was retried; null when there was none.',
      recordedAt: RECORDED_AT,
    },
  },
  rejectedRows: {
    table: 'Rows of providers that were not taken, with the reason.',
    columns: {
      id: 'Number in the order of writing.',
      taskId: TASK_ID,
      provider: 'bcb_sgs, fred, yahoo, bcb_ptax, b3 or treasury.',
      key: 'Key of the provider registry (series.key).',
      date: 'Observation date; null when the row has none that can be read.',
      reason: 'Why the row was not taken.',
      check: 'Blocking check that held the row back; null when it could not be read.',
      raw: 'The row as the provider wrote it.',
      recordedAt: RECORDED_AT,
    },
  },
  checkResults: {
    table: 'Results of the data-quality checks of each key, made before silver sees the data.',
    columns: {
      id: 'Number in the order of writing.',
      taskId: 'Task whose rows were checked; null for a check of the scheduler.',
      asset: ASSET,
      key: 'Key of the provider registry (series.key).',
      check: 'Name of the check: range, jump, count, …',
      severity: 'block: the rows it names are held back; warn: they are stored and the result is shown.',
      status: 'passed, failed, or overridden when a person decided that the rows are right.',
      fromDate: 'First observation date that was checked.',
      toDate: 'Last observation date that was checked.',
      tested: 'Values that were checked (count).',
      dates: 'Observation dates that failed, at most 50, ascending.',
      expected: 'What was expected, in words.',
      observed: 'What came, in words.',
      recordedAt: RECORDED_AT,
    },
  },
  checkOverrides: {
    table: 'Decisions of people that rows which a check refuses are right.',
    columns: {
      id: 'Number in the order of writing.',
      key: 'Key of the provider registry (series.key).',
      check: 'Name of the check that no longer holds these rows back.',
      fromDate: 'First observation date the decision is about.',
      toDate: 'Last observation date the decision is about.',
      actor: 'Who decided.',
      reason: 'Why they decided so.',
      createdAt: RECORDED_AT,
    },
  },
  auditLog: {
    table: 'Changes that people made: who, what, to what, when. Append-only.',
    columns: {
      id: 'Number in the order of writing.',
      at: 'Moment (UTC) of the change.',
      actor: 'Who made it.',
      action: 'What was done: check.override, …',
      subject: 'What it was done to.',
      detail: 'Whatever else belongs to the action.',
    },
  },
  alerts: {
    table: 'Conditions that a person should know of. At most one open alert per rule and subject.',
    columns: {
      id: 'Number in the order of writing.',
      rule: 'Rule that raised it: calendar_horizon, …',
      subject: 'What it is about: a calendar, provider, key or asset.',
      severity: 'warning or critical.',
      message: 'What is wrong, in words.',
      raisedAt: 'Moment (UTC) it was raised.',
      lastSeenAt: 'Moment (UTC) the condition was last true.',
      resolvedAt: 'Moment (UTC) the condition ended; null while it lasts.',
    },
  },
  alertRules: {
    table: 'When an alert is raised and for what: rules as data, changed by the API.',
    columns: {
      name: 'Name of the rule.',
      kind: 'What it watches: deadline, staleness, failed_run, missed_tick, …',
      severity: 'Severity of its alerts: warning or critical.',
      threshold: 'From which value it raises; its unit is that of the kind; null when the kind has none.',
      deadline: 'Time of day by which data must be ready, HH:MM of the zone of the schedule; null otherwise.',
      assets: 'Assets it watches; null for all.',
      cooldownMinutes: 'For so long after a delivery the same alert is not delivered again (minutes).',
      enabled: 'False when it is switched off.',
      updatedAt: 'Moment (UTC) of the last change.',
      updatedBy: 'Who made the last change.',
    },
  },
  alertDeliveries: {
    table: 'What was sent, or has to be sent, to which channel.',
    columns: {
      id: 'Number in the order of writing.',
      alertId: 'Alert it tells of (alerts.id); null for a digest.',
      digest: 'Partition of the digest it carries; null for an alert.',
      kind: 'raised, resolved, digest or test.',
      channel: 'slack, webhook or email.',
      attempts: 'Attempts so far (count).',
      outcome: 'waiting, delivered or failed.',
      error: 'Why the last attempt failed; null otherwise.',
      nextAttemptAt: 'Moment (UTC) of the next attempt; null when none is due.',
      createdAt: RECORDED_AT,
      deliveredAt: 'Moment (UTC) the channel took it; null before.',
    },
  },
  digests: {
    table: 'The morning digest of each partition.',
    columns: {
      partition: 'Partition it tells of.',
      builtAt: 'Moment (UTC) it was built.',
      content: 'Signals that flipped or appeared, what is missing and why.',
    },
  },
  apiKeys: {
    table: 'Keys to the API. The key itself is not stored.',
    columns: {
      id: ID,
      name: 'Who holds it: the actor of the audit log.',
      role: 'viewer, operator or admin.',
      keyHash: 'SHA-256 of the key, hexadecimal.',
      createdAt: 'Moment (UTC) it was made.',
      createdBy: 'Who made it.',
      revokedAt: 'Moment (UTC) it was revoked; null while it is good.',
      revokedBy: 'Who revoked it; null while it is good.',
    },
  },
  events: {
    table: 'Changes of state that listeners are told of, in the order of their transactions.',
    columns: {
      id: 'Number in the order of writing.',
      tx: 'Transaction that wrote it: listeners read in the order (tx, id), never past a transaction that is still open.',
      at: 'Moment (UTC) of the change.',
      kind: 'What happened: run.running, backfill.succeeded, alert.raised, …',
      subject: 'Id of the run, backfill, alert or tick; name of the provider.',
      data: 'The state after the change.',
    },
  },
  valueOverrides: {
    table: 'Values that a person set by hand, each stored as a revision of its observation.',
    columns: {
      id: 'Number in the order of writing.',
      key: 'Internal key of the series.',
      date: 'Observation date.',
      value: 'The value set, in the unit of the series; null says that there is none.',
      previousValue: 'The value in force before.',
      revision: 'Revision that it made.',
      actor: 'Who set it.',
      reason: 'Why it was set.',
      createdAt: 'Moment (UTC) it was set, and from which it counts as known.',
    },
  },
  bronzeVersions: {
    table: 'How often each bronze asset has stored something new. Its row is locked by whoever ingests.',
    columns: { asset: ASSET, version: 'Number of ingests that wrote rows (count).' },
  },
  silverVersions: {
    table: 'Up to which ingest of each upstream a silver asset has been derived.',
    columns: {
      asset: 'Name of a silver asset.',
      upstream: 'Name of the bronze asset it reads.',
      derivedVersion: 'bronze_versions.version of the upstream that is contained (count).',
      modelVersion: 'Version of the formulas that derived it; another one derives everything again.',
    },
  },
  series: {
    table: 'The registries of the providers as the running code has them: one row per key.',
    columns: {
      key: 'Internal key, stable: BR_IPCA_MOM, IBOVESPA, DI1. A change of meaning is a new key.',
      asset: 'Bronze asset that fetches it.',
      code: "The provider's code: 433, CPIAUCSL, ^BVSP.",
      name: 'Name for people.',
      unit: 'Unit of the stored value: percent_per_month, percent_per_year, index, usd_million, …',
      frequency: 'D, W, M, Q or A.',
      country: 'Country the value is about.',
      calendar: 'Calendar of the days on which a value is expected.',
      releaseRule: 'When a value becomes public, in words.',
      vintageMode: 'alfred: the provider keeps vintages; first_seen: we make them; none: values are final.',
      mandatory: 'True when a day without an expected value fails the partition.',
      disabled: 'Why the key is never asked for; null when it is.',
      scale: 'Factor from unit to its base unit: 1000000 for usd_million, 0.01 for a percent, 1 otherwise.',
      revises: 'True when the publisher changes values after their first release.',
      expectedMin: 'Lowest plausible value, in unit; null when not bounded.',
      expectedMax: 'Highest plausible value, in unit; null when not bounded.',
      jumpBound:
        'Largest plausible change from one observation to the next, by jump_kind; null when not bounded.',
      jumpKind:
        'absolute: jump_bound is in unit; relative: a share of the value before; null without a bound.',
      maxStaleness:
        'Sessions of the calendar (daily keys) or days (others) after the expected release without a value that make the key stale; null when never.',
      verified: 'How it is known that the code is what the key says.',
      feeds: 'What reads it, or why nothing does.',
      updatedAt: 'Moment (UTC) the row was first written.',
    },
  },
  instruments: {
    table: 'What is priced: the symbols and pairs whose bars and fixings are stored.',
    columns: {
      key: 'Internal key (series.key): IBOVESPA, USDBRL_PTAX.',
      class: 'fx, index, exchange_index, future, us_cash or br_cash: decides calendar and release clock.',
      calendar: 'Calendar of its sessions.',
      quoteUnit: 'What one unit of the price is: points, usd, brl_per_usd, us_cents_per_bushel, …',
      hasVolume: 'False when a volume of zero means that none is measured.',
      updatedAt: 'Moment (UTC) the row was first written.',
    },
  },
  observations: {
    table: 'Values of series by observation date, every vintage. A changed value is a new row.',
    columns: {
      key: 'Series (series.key).',
      date: 'Observation date as the provider stamps it: the day, or the start of the period.',
      value: 'Value in series.unit, all digits of the provider; null = withdrawn or missing.',
      ...FACT,
    },
  },
  bars: {
    table: 'Daily bars of instruments, every vintage.',
    columns: {
      key: 'Instrument (series.key).',
      date: "Session date in the exchange's time zone.",
      open: 'First price of the session, in currency; null when not given.',
      high: 'Highest price of the session, in currency; null when not given.',
      low: 'Lowest price of the session, in currency; null when not given.',
      close: 'Last price of the session, in currency, as traded (adjusted for splits by the provider).',
      adjustedClose: 'Close adjusted for splits and dividends, in currency; null when not given.',
      volume: 'Traded quantity (shares or contracts); null when not given.',
      currency: 'ISO 4217 code of the prices; null when not given.',
      ...FACT,
    },
  },
  corporateActions: {
    table: 'Dividends and splits, every vintage.',
    columns: {
      key: 'Instrument (series.key).',
      date: "Ex date in the exchange's time zone.",
      kind: 'dividend or split.',
      amount: "Dividend: cash per share in the bar's currency. Split: new shares per old share.",
      ...FACT,
    },
  },
  fixings: {
    table: 'Official exchange rates, every vintage.',
    columns: {
      key: 'Pair (series.key): USDBRL_PTAX.',
      date: 'Day of the bulletin.',
      bulletin: 'closing.',
      bid: 'Buying rate, BRL per unit of foreign currency.',
      ask: 'Selling rate, BRL per unit of foreign currency.',
      ...FACT,
    },
  },
  curvePoints: {
    table: 'Points of curves and settlement prices as published, every vintage.',
    columns: {
      key: 'File or contract family it came from (series.key): DI1, PRE, UST_NOM.',
      curveId: 'DI_PRE, DI_IPCA, CUPOM_CAMBIAL, USDBRL_FWD, NTN_B_REAL, UST_NOM or UST_REAL.',
      date: 'Session of the curve.',
      vertex: 'Contract, vertex or tenor: DI1F23, 252, 10Y.',
      maturity: 'Maturity date; null for a constant tenor.',
      calendarDays: 'Calendar days from the session to the maturity.',
      businessDays: 'Business days (BR_ANBIMA) from the session to the maturity; null for US curves.',
      rate: 'Rate, decimal fraction a year (0.1358); null when only a price is published.',
      price:
        'Settlement price as published: PU in points, or BRL per USD for USDBRL_FWD; null when the source quotes a rate.',
      rateKind: 'zero, par, linear360, forward_price or yield.',
      ...FACT,
    },
  },
  silverMacro: {
    table: 'Levels, growth rates and gaps of macro series: one row for each value that was ever known.',
    columns: {
      seriesKey: 'Series of the registry, or derived: BR_OUTPUT_GAP.',
      transform:
        'level, yoy, mom, qoq, saar3, annualised_3m_nsa, change, momentum_1, momentum_3, momentum_6 or momentum_12.',
      period: 'Period the value is about: 2022-06-24, 2022-05, 2022-Q1 or 2022.',
      periodStart: 'First day of the period.',
      knownAt: KNOWN_AT,
      value: 'Value in unit; null when it cannot be computed or was withdrawn.',
      unit: 'percent_12_months, percent_per_year, percentage_points, index, …',
      reason: REASON,
      inputs: INPUTS,
    },
  },
  silverPrice: {
    table: 'Prices and returns of instruments: one row for each state that was ever known.',
    columns: {
      instrument: 'Instrument or pair (series.key).',
      sessionDate: "Session date in the exchange's time zone.",
      knownAt: KNOWN_AT,
      price:
        'The comparable price: adjusted close, close or PTAX selling rate, see field; in the currency of the instrument.',
      field: 'Which stored number the price is: adjusted_close, close or ask.',
      unit: 'Unit of price and close: usd_per_share, points, brl_per_usd, …',
      close: 'Close as quoted, adjusted for splits only; the price itself where there is no other.',
      logReturn:
        'Natural logarithm of price / price of the session known before; null without a positive pair.',
      simpleReturn: 'price / price of the session known before − 1, decimal; null without a positive pair.',
      priceReturn:
        'close / close of the session known before − 1, decimal, without dividends; null without a positive pair.',
      flags: 'gap, mixed_price_fields, non_positive_price, after_non_positive_price.',
      inputs: INPUTS,
    },
  },
  silverStat: {
    table: 'Rolling statistics of instruments: one row for each value that was ever known.',
    columns: {
      instrument: 'Instrument or pair (series.key); two of them as left~right.',
      stat: 'vol, realised_vol, ewma_vol (decimal a year), zscore, zscore_past of the price and return_zscore, return_zscore_past of the log return (standard deviations; past: the current value is not in the sample), percentile_rank (0–100), sharpe (ratio), ema (price), drawdown (decimal); of left~right correlation (ratio) and price_gap (percent).',
      window: 'Values in the window (sessions); 0 for a statistic over the whole history.',
      sessionDate: 'Session the window ends with.',
      knownAt: KNOWN_AT,
      value: 'Value in unit; null when it cannot be computed.',
      unit: 'decimal_per_year, standard_deviations, percent_rank, ratio, decimal, percent, or the unit of the price.',
      reason: REASON,
      inputs: INPUTS,
    },
  },
  silverCurvePoint: {
    table: 'Points of curves, observed and on standard tenors: one row for each value that was ever known.',
    columns: {
      curveId:
        'DI_PRE, DI_IPCA, CUPOM_CAMBIAL, USDBRL_FWD, NTN_B_REAL, BR_BEI, UST_NOM, UST_REAL, UST_NOM_ZERO, UST_REAL_ZERO or UST_BEI.',
      curveDate: 'Session of the curve.',
      tenor: 'Standard tenor (3M, 10Y) or vertex of the source (DI1F23).',
      calendarDays: 'Calendar days to the maturity; nominal for standard tenors.',
      businessDays: 'Business days to the maturity: of BR_ANBIMA (BUS/252), of US_GOV for US curves.',
      knownAt: KNOWN_AT,
      value: 'Decimal fraction a year (0.1358), or BRL per USD for forward_price; null when there is none.',
      valueKind: 'zero_rate, par_rate, linear360, forward_price, yield or breakeven.',
      method: 'observed, flat_forward, linear, log_linear, flat, frc, ns, bootstrap, fisher or simple.',
      flags:
        'flat (end rate held beyond the observed tenors), extrapolated (of the fit beyond them), flat_short_end (bootstrapped from a flat short end), ns_rejected (interpolated, the fit misses by too much); empty when there is nothing to say.',
      reason: REASON,
      inputs: INPUTS,
    },
  },
  silverCurveFit: {
    table: 'Parametric fits of curves: rate(τ) by Nelson-Siegel or Svensson, τ in years.',
    columns: {
      curveId: 'Curve that was fitted.',
      curveDate: 'Session of the curve.',
      model: 'ns (Nelson-Siegel) or nss (Svensson).',
      knownAt: KNOWN_AT,
      b0: 'Level, decimal fraction a year; null when not fitted.',
      b1: 'Slope, decimal fraction a year; null when not fitted.',
      b2: 'Curvature, decimal fraction a year; null when not fitted.',
      b3: 'Second curvature (nss), decimal fraction a year; null for ns.',
      l1: 'First decay parameter (years); null when not fitted.',
      l2: 'Second decay parameter (nss, years); null for ns.',
      rmseBp: 'Root mean square error (basis points); null when not fitted.',
      condition: 'Condition number of the regression; null when not fitted.',
      points: 'Points that were fitted (count).',
      status:
        'ok, degenerate (a term that the tenors cannot tell apart was dropped), rejected (error too large) or too_few_points.',
      inputs: INPUTS,
    },
  },
  silverCurveMetric: {
    table: 'Numbers about curves: slopes, butterflies, carry, roll-down, forwards, breakevens.',
    columns: {
      curveId: 'Curve it was measured on.',
      curveDate: 'Session of the curve.',
      metric:
        'slope, belly, butterfly, long_premium, carry_5y, roll_5y, fwd_5y5y, dv01_5y, bei_fisher_10y, …',
      knownAt: KNOWN_AT,
      value: 'Value in unit; null when it cannot be measured.',
      unit: 'decimal (fraction a year), bps (basis points) or per_100 (units of currency per 100 of face value and basis point).',
      reason: REASON,
      inputs: INPUTS,
    },
  },
  agentReports: {
    table: 'What an agent says of one partition. A report that says something else is a new revision.',
    columns: {
      agent: 'Name of an agent of the graph.',
      partition: 'Weekday the report is about: it knows what was public by its cutoff.',
      modelVersion: MODEL_VERSION,
      revision: 'Number of the revision, from 0; the highest counts.',
      status: 'complete, or degraded when coverage is below 0.5.',
      coverage: 'Share of the signals whose model ran (0 to 1).',
      narrative: 'The report in words.',
      outputs: 'What other agents and the readers of the report get beside signals.',
      outputSources: 'What each output rests on: its path, units and inputs. Empty: not recorded.',
      diagnostics: 'Fit statistics and intermediate numbers.',
      dataQualityFlags: 'What was missing, had holes or was overdue among the inputs.',
      contentHash: 'SHA-256 (hex) of everything the report says: equal content is stored once.',
      taskId: TASK_ID,
      createdAt: RECORDED_AT,
    },
  },
  signals: {
    table: 'Views of the agents: each signal on every partition, whatever its status.',
    columns: {
      signalId: 'Stable name of the signal.',
      agent: 'Agent that emits it.',
      partition: 'Weekday the signal is about.',
      modelVersion: MODEL_VERSION,
      revision: 'Revision of the report it belongs to.',
      axis: 'Factor the view is about: BR_INFLATION, US_INFLATION, BR_YIELDS, US_POLICY_EASE, USDBRL, RISK_ASSETS or NONE.',
      direction: 'LONG (factor up), SHORT (factor down) or NEUTRAL.',
      strength: 'STRONG, MODERATE, WEAK or NO_SIGNAL, by the confidence.',
      confidence: '0 to 1, after caps for substitutes.',
      value: 'What the model computed, in unit; null when it did not run.',
      unit: 'Unit of the value.',
      horizonDays: 'Trading days the view looks ahead.',
      status: 'OK, BELOW_THRESHOLD, INSUFFICIENT_DATA, STALE_DATA or MODEL_ERROR.',
      reason: 'Why the model did not run or says nothing; null otherwise.',
      inputs: 'What it rests on: key, last period and release time of each input.',
      proxies: 'Substitutes that were used for the right inputs.',
      metadata: 'Intermediate numbers of the model.',
      taskId: TASK_ID,
      createdAt: RECORDED_AT,
    },
  },
};

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** `COMMENT ON` statements for every table and column, without semicolons. Running them again changes nothing. */
export function listCommentStatements(): string[] {
  const tables: Readonly<Record<TableKey, PgTable>> = schema;
  return (Object.keys(TABLE_COMMENTS) as TableKey[]).flatMap((key) => {
    const table = tables[key];
    const comment = TABLE_COMMENTS[key];
    const columns: Readonly<Record<string, string>> = comment.columns;
    const name = getTableName(table);
    const ofColumns = Object.entries(getTableColumns(table)).map(
      ([property, column]) =>
        `comment on column "${name}"."${column.name}" is ${quote(columns[property] ?? '')}`,
    );
    return [`comment on table "${name}" is ${quote(comment.table)}`, ...ofColumns];
  });
}

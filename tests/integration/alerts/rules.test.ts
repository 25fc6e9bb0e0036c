import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { evaluateRules } from '../../../services/scheduler/alerts/evaluate.ts';
import { DEFAULT_RULES } from '../../../shared/alerts/rules.ts';
import { seedRules } from '../../../shared/db/alert-rules.ts';
import { listAlerts } from '../../../shared/db/alerts.ts';
import { createRun } from '../../../shared/db/backfills.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { checkResults, providerRequests } from '../../../shared/db/schema.ts';
import { createLogger } from '../../../shared/logger.ts';
import { graph, type AssetName } from '../../../shared/pipeline/graph.ts';
import { policyOf, reportToCircuit } from '../../../shared/queues/circuit.ts';
import { connectForCommands, type RedisClient } from '../../../shared/queues/connection.ts';
import { HOUR, MINUTE, SECOND, toIso, type Day, type Instant } from '../../../shared/time.ts';
import { requestBackfill } from '../../helpers/backfills.ts';
import { createWorld, type World } from '../../helpers/world.ts';

/** Friday 08:30 in São Paulo: the deadline of partition 2022-06-30. */
const DEADLINE = Date.parse('2022-07-01T11:30:00Z');
/** Tables of dates of that time have run out long ago or not yet, whatever the rule says. */
const OTHERS = ['calendar_horizon'];

let world: World;
let database: DatabaseHandle;
let redis: RedisClient;

beforeAll(async () => {
  world = await createWorld();
  database = openDatabase(world.databaseUrl, { name: 'test', max: 4 });
  redis = connectForCommands(world.redisUrl);
  await redis.connect();
  await seedRules(database.db, DEFAULT_RULES);
});

afterAll(async () => {
  redis.disconnect();
  await database.close();
  await world.close();
});

afterEach(async () => {
  await database.db.execute(sql`
    truncate alerts, alert_deliveries, ticks, runs, tasks, backfills, materializations, check_results, provider_requests`);
  await database.db.execute(sql`update alert_rules set enabled = true`);
});

/** Evaluates the rules at a moment and gives the open alerts, oldest first: `rule subject`. */
async function evaluateAt(now: Instant, isScheduled = false): Promise<string[]> {
  const log = createLogger('test', 'silent');
  const config = {
    QUEUE_PREFIX: world.redisPrefix,
    PROVIDER_RATES: {},
    SCHEDULE_ENABLED: isScheduled,
    SCHEDULE_CRON: '0 6 * * 1-5',
    SCHEDULE_TZ: 'America/Sao_Paulo',
  };
  await evaluateRules({ db: database.db, redis, log, now, config }, []);
  return (await readOpen()).map(({ rule, subject }) => `${rule} ${subject}`);
}

async function readOpen() {
  const open = await listAlerts(database.db, { open: true, limit: 200 });
  return open.filter(({ rule }) => !OTHERS.includes(rule)).toReversed();
}

const installAt = (moment: string, partition: Day) =>
  database.db.execute(sql`
    insert into ticks (schedule, due_at, partition, outcome) values ('weekday', ${moment}, ${partition}, 'installed')`);

/** Makes assets what they would be after a run. */
async function materialize(
  partition: Day,
  assets: readonly AssetName[] = graph.names,
  how: { state?: string; blocked?: boolean; taskId?: string; runId?: string; at?: Instant } = {},
): Promise<void> {
  const {
    state = 'fresh',
    blocked = false,
    taskId = randomUUID(),
    runId = randomUUID(),
    at = DEADLINE,
  } = how;
  for (const asset of assets) {
    await database.db.execute(sql`
      insert into materializations (asset, partition, state, reason, blocked, task_id, run_id, materialized_at)
      values (${asset}, ${partition}, ${state}, ${state === 'failed' ? 'HTTP 403' : null}, ${blocked}, ${taskId}, ${runId},
        ${toIso(at)})
      on conflict (asset, partition) do update set state = excluded.state, blocked = excluded.blocked`);
  }
}

/** Ends one task of a run as failed, the others as succeeded. */
async function failRun(runId: string, asset: AssetName, message: string, at: Instant, crashes = 0) {
  const failure = JSON.stringify({ name: 'PermanentError', message, retried: false });
  await database.db.execute(sql`
    update tasks set state = case when asset = ${asset} then 'failed' else 'succeeded' end, crashes = ${crashes},
      failure = case when asset = ${asset} then ${failure}::jsonb end, finished_at = ${toIso(at)} where run_id = ${runId}`);
  await database.db.execute(
    sql`update runs set state = 'partially_failed', finished_at = ${toIso(at)} where id = ${runId}`,
  );
}

describe('deadline', () => {
  it('raises for each asset that is not ready at its time, says why, and resolves when it is', async () => {
    await installAt('2022-06-27T15:00:00Z', '2022-06-24');
    for (const partition of ['2022-06-27', '2022-06-28', '2022-06-29']) await materialize(partition);
    const ready = graph.names.filter((name) => name !== 'bronze_fred' && name !== 'silver_macro');
    await materialize('2022-06-30', ready);
    await materialize('2022-06-30', ['bronze_fred'], { state: 'failed' });

    expect(await evaluateAt(DEADLINE - 1)).toEqual([]);
    expect(await evaluateAt(DEADLINE)).toEqual([
      'deadline_bronze_fred bronze_fred 2022-06-30',
      'deadline_silver_macro silver_macro 2022-06-30',
    ]);
    const [fred, macro] = await readOpen();
    expect(fred).toMatchObject({ severity: 'critical', raisedAt: toIso(DEADLINE) });
    expect(fred?.message).toBe(
      'bronze_fred is not ready for 2022-06-30 at 08:30 America/Sao_Paulo of 2022-07-01; it is failed: HTTP 403. ' +
        'Newest ready partition: 2022-06-29',
    );
    expect(macro?.message).toContain('it is missing: no run has asked for it');

    await materialize('2022-06-30', ['bronze_fred']);
    expect(await evaluateAt(DEADLINE + HOUR)).toEqual(['deadline_silver_macro silver_macro 2022-06-30']);

    // The next deadline comes: what is still missing from the day before stays open beside it.
    await materialize('2022-07-01', ready);
    await materialize('2022-07-01', ['bronze_fred']);
    expect(await evaluateAt(DEADLINE + 72 * HOUR)).toEqual([
      'deadline_silver_macro silver_macro 2022-06-30',
      'deadline_silver_macro silver_macro 2022-07-01',
    ]);
    await materialize('2022-06-30', ['silver_macro'], { state: 'no_data_expected' });
    expect(await evaluateAt(DEADLINE + 73 * HOUR)).toEqual(['deadline_silver_macro silver_macro 2022-07-01']);
  });

  it('asks nothing of what was due before the first start', async () => {
    expect(await evaluateAt(DEADLINE)).toEqual([]);
    await installAt('2022-07-01T11:28:55Z', '2022-06-30');
    expect(await evaluateAt(DEADLINE + HOUR)).toEqual([]);
    expect(await evaluateAt(DEADLINE + 72 * HOUR)).toHaveLength(graph.names.length);
  });

  it('asks nothing of what was to run before the first start, though its deadline came after it', async () => {
    await installAt('2022-07-01T11:21:47Z', '2022-06-30');
    expect(await evaluateAt(DEADLINE)).toEqual([]);
    expect(await evaluateAt(DEADLINE + 72 * HOUR)).toHaveLength(graph.names.length);
  });

  it('has the time and the switch of its own asset', async () => {
    await installAt('2022-06-27T15:00:00Z', '2022-06-24');
    for (const partition of ['2022-06-27', '2022-06-28', '2022-06-29']) await materialize(partition);
    const { db } = database;
    await db.execute(
      sql`update alert_rules set enabled = false where kind = 'deadline' and name <> 'deadline_bronze_yahoo'`,
    );
    await db.execute(sql`update alert_rules set deadline = '07:15' where name = 'deadline_bronze_yahoo'`);
    expect(await evaluateAt(DEADLINE - 75 * MINUTE - 1)).toEqual([]);
    expect(await evaluateAt(DEADLINE - 75 * MINUTE)).toEqual([
      'deadline_bronze_yahoo bronze_yahoo 2022-06-30',
    ]);
    await db.execute(sql`update alert_rules set deadline = '08:30' where name = 'deadline_bronze_yahoo'`);
  });
});

describe('staleness', () => {
  it('raises when the newest partition is more weekdays old than allowed, and resolves with a newer one', async () => {
    await database.db.execute(sql`update alert_rules set enabled = false where kind = 'deadline'`);
    await installAt('2022-06-20T15:00:00Z', '2022-06-17');
    await materialize('2022-06-28');
    expect(await evaluateAt(DEADLINE), 'two weekdays are allowed').toEqual([]);
    await materialize(
      '2022-06-29',
      graph.names.filter((name) => name !== 'bronze_b3_market_data'),
    );
    const monday = DEADLINE + 72 * HOUR;
    expect(await evaluateAt(monday)).toEqual(['staleness bronze_b3_market_data']);
    expect((await readOpen())[0]).toMatchObject({
      severity: 'warning',
      message:
        'The newest partition of bronze_b3_market_data is 2022-06-28: 3 weekdays behind 2022-07-01, 2 are allowed',
    });
    await materialize('2022-06-30', ['bronze_b3_market_data']);
    expect(await evaluateAt(monday)).toEqual([]);
  });

  it('counts from the first start, not from a backfill of years ago', async () => {
    await database.db.execute(sql`update alert_rules set enabled = false where kind = 'deadline'`);
    await installAt('2022-06-30T15:00:00Z', '2022-06-29');
    await materialize('2020-01-02');
    expect(await evaluateAt(DEADLINE)).toEqual([]);
    expect(await evaluateAt(DEADLINE + 96 * HOUR)).toHaveLength(graph.names.length);
  });
});

describe('failed_run', () => {
  it('raises for a run that failed and resolves when its partitions are made up for', async () => {
    const runId = await createRun(database.db, 'scheduled', '2022-06-30');
    await materialize(
      '2022-06-30',
      graph.names.filter((name) => name !== 'bronze_fred'),
    );
    await failRun(runId, 'bronze_fred', 'GET series: got HTTP 403', DEADLINE);
    expect(await evaluateAt(DEADLINE + MINUTE)).toEqual([`failed_run run ${runId}`]);
    expect((await readOpen())[0]?.message).toBe(
      'A run of 2022-06-30 failed: bronze_fred: GET series: got HTTP 403',
    );
    expect(await evaluateAt(DEADLINE + 48 * HOUR), 'it does not grow old').toHaveLength(1);
    await materialize('2022-06-30', ['bronze_fred']);
    expect(await evaluateAt(DEADLINE + 49 * HOUR)).toEqual([]);
  });

  it('resolves when the run is retried', async () => {
    const runId = await createRun(database.db, 'manual', '2022-06-30', ['bronze_fred']);
    await failRun(runId, 'bronze_fred', 'timeout', DEADLINE);
    expect(await evaluateAt(DEADLINE)).toHaveLength(1);
    await database.db.execute(sql`update runs set state = 'succeeded' where id = ${runId}`);
    expect(await evaluateAt(DEADLINE)).toEqual([]);
  });

  it('is one alert for all runs of a backfill', async () => {
    const backfillId = await requestBackfill(database.db, '2022-01-03', '2022-03-31', {
      assets: ['bronze_fred'],
    });
    const runs = await database.db.execute<{ id: string }>(sql`select id from runs order by position`);
    expect(runs.rows).toHaveLength(3);
    for (const { id } of runs.rows) await failRun(id, 'bronze_fred', 'HTTP 500', DEADLINE);
    expect(await evaluateAt(DEADLINE)).toEqual([`failed_run backfill ${backfillId}`]);
    expect((await readOpen())[0]?.message).toBe(
      '3 runs of 2022-01-03 to 2022-03-31 failed: bronze_fred: HTTP 500',
    );
  });

  it('waits for as many failures within a day as its threshold', async () => {
    await database.db.execute(sql`update alert_rules set threshold = 2 where name = 'failed_run'`);
    const first = await createRun(database.db, 'manual', '2022-06-29', ['bronze_fred']);
    await failRun(first, 'bronze_fred', 'HTTP 500', DEADLINE);
    expect(await evaluateAt(DEADLINE)).toEqual([]);
    const second = await createRun(database.db, 'manual', '2022-06-30', ['bronze_fred']);
    await failRun(second, 'bronze_fred', 'HTTP 500', DEADLINE + HOUR);
    expect((await evaluateAt(DEADLINE + HOUR)).toSorted()).toEqual(
      [`failed_run run ${first}`, `failed_run run ${second}`].toSorted(),
    );
    await database.db.execute(sql`update alert_rules set threshold = 1 where name = 'failed_run'`);
  });
});

describe('missed_tick', () => {
  it('raises for a tick that started nothing and resolves when a backfill has made up for it', async () => {
    await database.db.execute(
      sql`update alert_rules set enabled = false where kind in ('deadline', 'staleness')`,
    );
    await database.db.execute(sql`
      insert into ticks (schedule, due_at, partition, outcome) values
        ('weekday', '2022-06-30T09:00:00Z', '2022-06-29', 'started'),
        ('weekday', '2022-07-01T09:00:00Z', '2022-06-30', 'missed')`);
    expect(await evaluateAt(DEADLINE)).toEqual(['missed_tick weekday 2022-06-30']);
    expect((await readOpen())[0]?.message).toBe(
      'No run was started for 2022-06-30 when it was due, and 14 of 14 assets are not materialized: ' +
        'a backfill of 2022-06-30 makes up for it',
    );
    await materialize('2022-06-30');
    expect(await evaluateAt(DEADLINE)).toEqual([]);
  });

  const message = async () => (await readOpen())[0]?.message;

  it('raises for a tick that was caught up late, until its run has made the partition', async () => {
    await database.db.execute(
      sql`update alert_rules set enabled = false where kind in ('deadline', 'staleness')`,
    );
    const run = await createRun(database.db, 'scheduled', '2022-06-30');
    await database.db.execute(sql`
      insert into ticks (schedule, due_at, partition, outcome, reason, run_id, recorded_at) values
        ('weekday', '2022-07-01T09:00:00Z', '2022-06-30', 'late', 'no_scheduler', ${run}, '2022-07-01T10:30:20Z')`);
    expect(await evaluateAt(DEADLINE)).toEqual(['missed_tick weekday 2022-06-30']);
    expect(await message()).toBe(
      'The run for 2022-06-30 was planned 90 minutes late, and 14 of 14 assets are not materialized',
    );
    await materialize('2022-06-30');
    expect(await evaluateAt(DEADLINE)).toEqual([]);
  });

  it('raises for a tick whose run has not begun within five minutes', async () => {
    await database.db.execute(
      sql`update alert_rules set enabled = false where kind in ('deadline', 'staleness')`,
    );
    const due = Date.parse('2022-07-01T09:00:00Z');
    const run = await createRun(database.db, 'scheduled', '2022-06-30');
    await database.db.execute(sql`
      insert into ticks (schedule, due_at, partition, outcome, run_id)
      values ('weekday', ${toIso(due)}, '2022-06-30', 'started', ${run})`);
    expect(await evaluateAt(due + 5 * MINUTE - 1)).toEqual([]);
    expect(await evaluateAt(due + 5 * MINUTE)).toEqual(['missed_tick weekday 2022-06-30']);
    expect(await message()).toBe(
      'The run for 2022-06-30 waits, 5 minutes after it was due, and 14 of 14 assets are not materialized',
    );
    await database.db.execute(sql`update runs set state = 'running', started_at = now() where id = ${run}`);
    expect(await evaluateAt(due + 6 * MINUTE)).toEqual([]);
  });

  it('raises for a tick that the scheduler does not come to, but not for one of a pause', async () => {
    await database.db.execute(
      sql`update alert_rules set enabled = false where kind in ('deadline', 'staleness')`,
    );
    await installAt('2022-06-30T15:00:00Z', '2022-06-29');
    const due = Date.parse('2022-07-01T09:00:00Z');
    expect(await evaluateAt(due + 5 * MINUTE - 1, true)).toEqual([]);
    expect(await evaluateAt(due + 5 * MINUTE, true)).toEqual(['missed_tick weekday 2022-06-30']);
    await database.db.execute(sql`
      insert into schedule_pauses (schedule, paused_by, paused_at, resumed_at)
      values ('weekday', 'ana', '2022-07-01T08:00:00Z', '2022-07-01T10:00:00Z')`);
    expect(await evaluateAt(due + 61 * MINUTE, true)).toEqual([]);
    await database.db.execute(sql`truncate schedule_pauses`);
  });

  it('says nothing of what came due while the schedule was paused', async () => {
    await database.db.execute(
      sql`update alert_rules set enabled = false where kind in ('deadline', 'staleness')`,
    );
    await database.db.execute(sql`
      insert into ticks (schedule, due_at, partition, outcome, reason) values
        ('weekday', '2022-06-30T09:00:00Z', '2022-06-29', 'missed', 'paused'),
        ('weekday', '2022-07-01T09:00:00Z', '2022-06-30', 'caught_up', 'paused')`);
    expect(await evaluateAt(DEADLINE)).toEqual([]);
  });
});

describe('provider_down', () => {
  const ask = (count: number, status: number, at: Instant) =>
    database.db.insert(providerRequests).values(
      Array.from({ length: count }, (_, index) => ({
        provider: 'fred',
        host: 'api.stlouisfed.org',
        at: new Date(at + index),
        waitedMs: 0,
        latencyMs: 10,
        status,
      })),
    );

  it('raises when enough requests were made and none was answered, and resolves with an answer', async () => {
    await ask(2, 503, DEADLINE - MINUTE);
    expect(await evaluateAt(DEADLINE), 'two failures are bad luck').toEqual([]);
    await ask(1, 503, DEADLINE);
    expect(await evaluateAt(DEADLINE + SECOND)).toEqual(['provider_down fred']);
    expect((await readOpen())[0]?.message).toBe(
      'fred does not answer: 3 of 3 requests failed (HTTP 503), last answer never. bronze_fred waits for it',
    );
    await ask(1, 200, DEADLINE + MINUTE);
    expect(await evaluateAt(DEADLINE + 2 * MINUTE)).toEqual([]);
  });

  it('raises when its circuit is open and resolves when it closes', async () => {
    const shared = { redis, prefix: world.redisPrefix, circuit: 'yahoo' };
    const policy = policyOf('yahoo', 'live');
    for (let failures = 0; failures < policy.failuresToOpen; failures += 1)
      await reportToCircuit(shared, policy, 'failed', 0, DEADLINE);
    expect(await evaluateAt(DEADLINE + SECOND)).toEqual(['provider_down yahoo']);
    await reportToCircuit(shared, policy, 'answered', 0, DEADLINE + policy.openMs);
    expect(await evaluateAt(DEADLINE + policy.openMs)).toEqual([]);
  });
});

describe('check_blocked', () => {
  it('raises with the check that blocks a partition and resolves when it is let through', async () => {
    const runId = await createRun(database.db, 'manual', '2022-06-30', ['bronze_bcb_sgs']);
    const { rows } = await database.db.execute<{ id: string }>(
      sql`select id from tasks where run_id = ${runId}`,
    );
    const taskId = rows[0]?.id ?? '';
    await database.db.insert(checkResults).values({
      taskId,
      asset: 'bronze_bcb_sgs',
      key: 'BR_SELIC_TARGET',
      check: 'jump',
      severity: 'block',
      status: 'failed',
      fromDate: '2022-06-30',
      toDate: '2022-06-30',
      tested: 1,
      dates: ['2022-06-30'],
      expected: 'a change of at most 3',
      observed: '13.25 → 132.5',
    });
    await materialize('2022-06-30', ['bronze_bcb_sgs'], { state: 'failed', blocked: true, taskId, runId });
    expect(await evaluateAt(DEADLINE)).toEqual([`check_blocked bronze_bcb_sgs of run ${runId}`]);
    expect((await readOpen())[0]?.message).toBe(
      'Checks block the partition 2022-06-30: BR_SELIC_TARGET jump: expected a change of at most 3, got 13.25 → 132.5',
    );
    await materialize('2022-06-30', ['bronze_bcb_sgs']);
    expect(await evaluateAt(DEADLINE)).toEqual([]);
  });
});

describe('crash_loop', () => {
  it('raises for a task in quarantine and resolves when its partitions are there', async () => {
    await database.db.execute(sql`update alert_rules set enabled = false where name = 'failed_run'`);
    const runId = await createRun(database.db, 'scheduled', '2022-06-30', ['agent_fiscal']);
    await failRun(
      runId,
      'agent_fiscal',
      'crash_loop: expected an attempt that ends, got 3 crashes',
      DEADLINE,
      3,
    );
    expect(await evaluateAt(DEADLINE)).toEqual([`crash_loop agent_fiscal of run ${runId}`]);
    expect((await readOpen())[0]?.message).toBe(
      `The workers of agent_fiscal of run ${runId} (2022-06-30) died 3 times: it is not tried again`,
    );
    await materialize('2022-06-30', ['agent_fiscal']);
    expect(await evaluateAt(DEADLINE)).toEqual([]);
  });
});

describe('calendar_horizon', () => {
  it('raises sixty days before a table of dates runs out and is critical after it', async () => {
    const readCopom = async (moment: string) => {
      await evaluateAt(Date.parse(moment));
      const open = await listAlerts(database.db, { open: true, limit: 200 });
      return open.find(({ rule, subject }) => rule === 'calendar_horizon' && subject === 'Copom meetings');
    };
    expect(await readCopom('2020-01-02T12:00:00Z')).toBeUndefined();
    expect(await readCopom('2025-11-28T12:00:00Z')).toMatchObject({
      severity: 'warning',
      message:
        'Copom meetings: known to 2026-01-27. After that the inertia of the policy rule is read off the Selic of five ' +
        'months before. Next entries: https://www.bcb.gov.br/publicacoes/calendarioreunioescopom',
    });
    expect(await readCopom('2026-01-28T12:00:00Z')).toMatchObject({ severity: 'critical' });
    expect(await readCopom('2020-01-02T12:00:00Z')).toBeUndefined();
  });
});

describe('a rule that cannot be evaluated', () => {
  it('keeps its alerts and does not keep the others waiting', async () => {
    const { db } = database;
    const runId = await createRun(db, 'manual', '2022-06-30', ['bronze_fred']);
    await failRun(runId, 'bronze_fred', 'timeout', DEADLINE);
    await materialize('2022-06-30', ['bronze_fred'], { state: 'failed', blocked: true, runId });
    const blocked = `check_blocked bronze_fred of run ${runId}`;
    expect(await evaluateAt(DEADLINE)).toEqual([blocked, `failed_run run ${runId}`]);
    await db.execute(sql`alter table check_results rename to hidden`);
    await materialize('2022-06-30', ['bronze_fred']);
    expect(await evaluateAt(DEADLINE)).toEqual([blocked]);
    await db.execute(sql`alter table hidden rename to check_results`);
    expect(await evaluateAt(DEADLINE)).toEqual([]);
  });
});

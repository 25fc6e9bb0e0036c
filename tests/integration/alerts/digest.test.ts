import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendDigest } from '../../../services/scheduler/digest/send-digest.ts';
import { DEFAULT_RULES, DIGEST_RULE } from '../../../shared/alerts/rules.ts';
import { listDeliveries } from '../../../shared/db/alert-deliveries.ts';
import { changeRule, seedRules } from '../../../shared/db/alert-rules.ts';
import { syncAlerts } from '../../../shared/db/alerts.ts';
import { createRun } from '../../../shared/db/backfills.ts';
import { openDatabase, type DatabaseHandle } from '../../../shared/db/client.ts';
import { findDigest } from '../../../shared/db/digests.ts';
import { storeReports, type ReportRecord } from '../../../shared/db/signals.ts';
import { DigestSchema } from '../../../shared/contract/digests.ts';
import { graph, type AgentName } from '../../../shared/pipeline/graph.ts';
import { HOUR, MINUTE, toIso } from '../../../shared/time.ts';
import { createWorld, type World } from '../../helpers/world.ts';

/** Friday 08:30 in São Paulo: the deadline of partition 2022-06-30. */
const DEADLINE = Date.parse('2022-07-01T11:30:00Z');
const PARTITION = '2022-06-30';

let world: World;
let database: DatabaseHandle;

beforeAll(async () => {
  world = await createWorld();
  database = openDatabase(world.databaseUrl, { name: 'test', max: 4 });
  await seedRules(database.db, DEFAULT_RULES);
});

afterAll(async () => {
  await database.close();
  await world.close();
});

afterEach(async () => {
  await database.db.execute(sql`
    truncate alerts, alert_deliveries, digests, ticks, runs, tasks, materializations, agent_reports, signals`);
});

const SCHEDULE = { name: 'weekday', cron: '0 6 * * 1-5', zone: 'America/Sao_Paulo' };

const send = (now: number) => sendDigest({ db: database.db, schedule: SCHEDULE, now }, ['slack', 'webhook']);

const install = () =>
  database.db.execute(sql`
    insert into ticks (schedule, due_at, partition, outcome)
    values ('weekday', '2022-06-20T15:00:00Z', '2022-06-17', 'installed')`);

function reportOf(
  agent: AgentName,
  partition: string,
  directions: Readonly<Record<string, string | null>>,
): ReportRecord {
  const signals = Object.entries(directions).map(([signalId, direction]) => ({
    signalId,
    axis: 'BR_RATES',
    direction: direction ?? 'NEUTRAL',
    strength: 'STRONG',
    confidence: direction === null ? 0 : 0.8,
    value: 1,
    unit: 'pp',
    horizonDays: 63,
    status: direction === null ? 'INSUFFICIENT_DATA' : 'OK',
    reason: direction === null ? 'BR_IPCA_MOM is missing' : null,
    inputs: [],
    proxies: [],
    metadata: {},
  }));
  const rest = { narrative: '', outputs: {}, outputSources: [], diagnostics: {}, dataQualityFlags: [] };
  return {
    agent,
    partition,
    modelVersion: '1',
    status: 'complete',
    coverage: 1,
    ...rest,
    signals,
  } as ReportRecord;
}

async function materialize(partition: string, assets: readonly string[], detail = {}): Promise<void> {
  const {
    state = 'fresh',
    reason = null,
    degraded = false,
  } = detail as Record<string, string | null | boolean>;
  for (const asset of assets) {
    await database.db.execute(sql`
      insert into materializations (asset, partition, state, reason, degraded, task_id, run_id)
      values (${asset}, ${partition}, ${state}, ${reason}, ${degraded}, ${randomUUID()}, ${randomUUID()})`);
  }
}

describe('the digest of a morning', () => {
  it('tells what changed, what is missing and why, and what is open, once to each channel', async () => {
    const { db } = database;
    await install();
    const runId = await createRun(db, 'scheduled', PARTITION);
    await materialize('2022-06-29', graph.names);
    await materialize(PARTITION, ['bronze_bcb_sgs']);
    await materialize(PARTITION, ['silver_macro'], { degraded: true });
    await materialize(PARTITION, ['bronze_fred'], { state: 'failed', reason: 'HTTP 403' });
    await materialize(PARTITION, ['bronze_treasury_gov'], { state: 'no_data_expected', reason: 'holiday' });
    await db.execute(sql`
      update tasks set state = 'skipped', reason = 'upstream_failed: bronze_fred'
      where run_id = ${runId} and asset = 'agent_fiscal'`);
    const reports = [
      reportOf('agent_inflation', '2022-06-29', { A: 'LONG', B: 'LONG', C: 'LONG', D: null }),
      reportOf('agent_inflation', PARTITION, { A: 'SHORT', B: 'LONG', C: null, D: 'LONG' }),
      reportOf('agent_fiscal', '2022-06-29', { F: 'LONG' }),
    ];
    await db.transaction((tx) => storeReports(tx, reports, randomUUID()));
    await syncAlerts(
      db,
      { name: 'failed_run', severity: 'critical' },
      [{ subject: `run ${runId}`, message: 'A run failed' }],
      { now: DEADLINE, channels: [] },
    );

    expect(await send(DEADLINE - 1), 'the run goes on and it is early').toBe(false);
    await db.execute(sql`update runs set state = 'partially_failed' where id = ${runId}`);
    expect(await send(DEADLINE - HOUR)).toBe(true);
    expect(await send(DEADLINE)).toBe(false);

    const digest = await findDigest(db, PARTITION);
    expect(DigestSchema.parse(digest)).toEqual(digest);
    expect(digest).toMatchObject({
      builtAt: toIso(DEADLINE - HOUR),
      previousPartition: '2022-06-29',
      run: { id: runId, state: 'partially_failed' },
      signals: {
        flipped: [{ signalId: 'A', before: 'LONG', after: 'SHORT', confidence: 0.8 }],
        appeared: [{ signalId: 'D', before: null, after: 'LONG' }],
        disappeared: [
          { signalId: 'C', reason: 'BR_IPCA_MOM is missing' },
          { signalId: 'F', reason: 'agent_fiscal has not said it' },
        ],
      },
      alerts: [{ rule: 'failed_run', subject: `run ${runId}`, severity: 'critical' }],
      links: { Run: `/v1/runs/${runId}`, Digest: '/v1/digests/2022-06-30' },
    });
    const states = Object.fromEntries((digest?.assets ?? []).map((asset) => [asset.asset, asset]));
    expect(Object.keys(states)).toEqual([...graph.names]);
    expect(states['bronze_fred']).toMatchObject({
      state: 'failed',
      reason: 'HTTP 403',
      newestPartition: '2022-06-29',
    });
    expect(states['bronze_treasury_gov']).toMatchObject({ state: 'no_data_expected', reason: 'holiday' });
    expect(states['silver_macro']).toMatchObject({
      state: 'fresh',
      degraded: true,
      newestPartition: PARTITION,
    });
    expect(states['agent_fiscal']).toMatchObject({
      state: 'missing',
      reason: 'upstream_failed: bronze_fred',
    });
    expect(states['agent_inflation']).toMatchObject({ state: 'missing', reason: 'its task is pending' });

    const deliveries = await listDeliveries(db, { limit: 10 });
    expect(
      deliveries.map(({ channel, kind, digest: day }) => `${channel} ${kind} ${day}`).toSorted(),
    ).toEqual([`slack digest ${PARTITION}`, `webhook digest ${PARTITION}`]);
  });

  it('is sent at the time of its rule when the run is not over or was never started', async () => {
    await install();
    expect(await send(DEADLINE - 1)).toBe(false);
    expect(await send(DEADLINE)).toBe(true);
    expect(await findDigest(database.db, PARTITION)).toMatchObject({ run: null });
  });

  it('is not made at weekends, before the first start, or when it is switched off', async () => {
    const { db } = database;
    expect(await send(DEADLINE + MINUTE)).toBe(false);
    await install();
    expect(await send(DEADLINE + 24 * HOUR)).toBe(false);
    const origin = { actor: 'ana', reason: null, now: DEADLINE };
    await changeRule(db, DIGEST_RULE, { enabled: false }, origin);
    expect(await send(DEADLINE + MINUTE)).toBe(false);
    await changeRule(db, DIGEST_RULE, { enabled: true }, origin);
    expect(await send(DEADLINE + MINUTE)).toBe(true);
  });

  it('is not made of a partition that was to run before the first start', async () => {
    await database.db.execute(sql`
      insert into ticks (schedule, due_at, partition, outcome)
      values ('weekday', ${toIso(DEADLINE - 9 * MINUTE)}, ${PARTITION}, 'installed')`);
    expect(await send(DEADLINE)).toBe(false);
    expect(await send(DEADLINE + 72 * HOUR)).toBe(true);
  });
});

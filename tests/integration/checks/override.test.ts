import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql, type SQL } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../services/api/app.ts';
import { openEventFeed, type EventFeed } from '../../../services/api/event-feed.ts';
import { createBronzeHandler } from '../../../services/bronze/handler.ts';
import { startReplay, type ReplayServer } from '../../../services/replay/server.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { createRun } from '../../../shared/db/backfills.ts';
import { serve } from '../../../shared/http-server.ts';
import { createLogger } from '../../../shared/logger.ts';
import type { AssetName } from '../../../shared/pipeline/graph.ts';
import { connectForCommands, type RedisClient } from '../../../shared/queues/connection.ts';
import { createPipeline, handlersWith, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const DAY = '2024-06-13';
const RECORDED = join(import.meta.dirname, '..', '..', '..', 'data', 'replay', 'ptax');

let world: World;
let pipeline: TestPipeline;
let replay: ReplayServer;
let folder: string;
let api: { readonly port: number; close(): Promise<void> };
let redis: RedisClient;
let events: EventFeed;

/** Constructed: the recorded fixings, with the decimal point of one day one digit to the right. */
function plantBadFixing(): string {
  const copy = mkdtempSync(join(tmpdir(), 'replay-'));
  cpSync(RECORDED, join(copy, 'ptax'), { recursive: true });
  const file = join(copy, 'ptax', 'reencoded', 'CotacaoDolarPeriodo_2024.json');
  const recorded = readFileSync(file, 'utf8');
  const planted = recorded.replace(
    '"cotacaoCompra":5.39680,"cotacaoVenda":5.39740,',
    '"cotacaoCompra":53.9680,"cotacaoVenda":53.9740,',
  );
  if (planted === recorded) throw new Error('the recorded fixing is not there');
  writeFileSync(file, planted);
  return copy;
}

beforeAll(async () => {
  folder = plantBadFixing();
  world = await createWorld();
  replay = await startReplay({ port: 0, host: '127.0.0.1', dataFolder: folder });
  pipeline = createPipeline(world, { REPLAY_URL: replay.url });
  const { db } = pipeline.database;
  redis = connectForCommands(world.redisUrl);
  const log = createLogger('test', 'silent');
  events = openEventFeed({ db, url: world.databaseUrl, log });
  const app = createApp({
    db,
    findSilence: async () => null,
    redis,
    config: {
      API_KEYS: [],
      RATE_LIMIT_PER_MINUTE: 0,
      TRUST_PROXY: 0,
      PROVIDERS: 'replay',
      PROVIDER_RATES: {},
      QUEUE_PREFIX: world.redisPrefix,
      SCHEDULE_CRON: '0 6 * * 1-5',
      SCHEDULE_TZ: 'America/Sao_Paulo',
      SCHEDULE_ENABLED: false,
      SCHEDULE_CATCH_UP: 'all',
      ALERT_SLACK_WEBHOOK_URL: null,
      ALERT_WEBHOOK_URL: null,
      ALERT_SMTP_URL: null,
    },
    log,
    now: Date.now,
    events,
  });
  api = await serve(app, { host: '127.0.0.1', port: 0 });
  await pipeline.startScheduler();
  const handler = createBronzeHandler({
    db,
    asset: 'bronze_bcb_ptax',
    connector: createConnectors({ fredApiKey: '' }).bcb_ptax,
    isReplay: true,
  });
  await pipeline.startWorkers(handlersWith({ bronze_bcb_ptax: handler }));
});

afterAll(async () => {
  await events.close();
  await api.close();
  redis.disconnect();
  await pipeline.close();
  await replay.close();
  await world.close();
  rmSync(folder, { recursive: true });
});

const ASSETS: readonly AssetName[] = ['bronze_yahoo', 'bronze_bcb_ptax', 'silver_returns'];

async function readRows<Row extends Record<string, unknown>>(query: SQL): Promise<Row[]> {
  return (await pipeline.database.db.execute(query)).rows as Row[];
}

/** Runs the partition and returns the states of its tasks. */
async function runPartition(): Promise<Record<string, string>> {
  const { db } = pipeline.database;
  const id = await db.transaction((tx) => createRun(tx, 'manual', DAY, ASSETS));
  await waitFor(`run ${id}`, async () => {
    const [run] = await readRows<{ over: boolean }>(
      sql`select finished_at is not null as over from runs where id = ${id}`,
    );
    return run?.over;
  });
  const tasks = await readRows<{ asset: string; state: string }>(
    sql`select asset, state from tasks where run_id = ${id}`,
  );
  return Object.fromEntries(tasks.map(({ asset, state }) => [asset, state]));
}

async function send(method: string, path: string, body?: unknown) {
  const response = await fetch(`http://127.0.0.1:${api.port}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const readFixings = () =>
  readRows<{ date: string; ask: string; payload_id: string }>(
    sql`select date::text, ask::float8::text as ask, payload_id from fixings
      where key = 'USDBRL_PTAX' and date between '2024-06-12' and '2024-06-14' order by date, vintage_at`,
  );

const listPayloads = () =>
  readRows<{ id: string }>(
    sql`select id from payloads where key = 'USDBRL_PTAX' and window_id = '2024' order by id`,
  );

describe('a value that a check holds back', () => {
  it('is not stored, and fails its partition by name; nothing downstream is computed', async () => {
    expect(await runPartition()).toEqual({
      bronze_yahoo: 'succeeded',
      bronze_bcb_ptax: 'failed',
      silver_returns: 'skipped',
    });
    const dates = new Set((await readFixings()).map(({ date }) => date));
    expect(dates).toEqual(new Set(['2024-06-12', '2024-06-14']));
    const [partition] = await readRows(sql`
      select state, blocked, reason from materializations where asset = 'bronze_bcb_ptax' and partition = ${DAY}`);
    expect(partition).toEqual({
      state: 'failed',
      blocked: true,
      reason: `USDBRL_PTAX (USD): the value of ${DAY} is held back by the check range`,
    });
  });

  it('stays in quarantine with its row, and is listed', async () => {
    const [row] = await readRows<{ check_name: string; raw: string }>(
      sql`select check_name, raw from rejected_rows where key = 'USDBRL_PTAX' and date = ${DAY} limit 1`,
    );
    expect(row?.check_name).toBe('range');
    expect(JSON.parse(row?.raw ?? '')).toMatchObject({ table: 'fixings', date: DAY });
    expect(Number((JSON.parse(row?.raw ?? '') as { ask: string }).ask)).toBe(53.974);
    const [outcome] = await readRows(
      sql`select outcome, held > 0 as held from task_keys where key = 'USDBRL_PTAX' and held > 0`,
    );
    expect(outcome).toEqual({ outcome: 'partial', held: true });
    const { body } = await send('GET', '/v1/checks?key=USDBRL_PTAX&status=failed&severity=block');
    expect(body['data']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ key: 'USDBRL_PTAX', check: 'range', severity: 'block', dates: [DAY] }),
      ]),
    );
  });

  it('is taken from the archive after an override, which is audited', async () => {
    const before = await listPayloads();
    const override = {
      key: 'USDBRL_PTAX',
      check: 'range',
      from: DAY,
      to: DAY,
      actor: 'maria',
      reason: 'confirmed',
    };
    const answers = [await send('POST', '/v1/checks/overrides', override)];
    // The registered jump bound may hold the same value: each check is overridden by its own name.
    const jumps = await readRows(
      sql`select 1 from check_results where key = 'USDBRL_PTAX' and check_name = 'jump' and status = 'failed' limit 1`,
    );
    if (jumps.length > 0)
      answers.push(await send('POST', '/v1/checks/overrides', { ...override, check: 'jump' }));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(answers[0]?.body).toMatchObject({ ...override, asset: 'bronze_bcb_ptax', heldDates: [DAY] });
    const windows = answers[0]?.body['windows'] as { id: string }[];
    expect(windows.map(({ id }) => id)).toContain('2024');

    expect((await runPartition())['bronze_bcb_ptax']).toBe('succeeded');
    const taken = (await readFixings()).filter(({ date }) => date === DAY);
    expect(taken.map(({ ask }) => ask)).toContain('53.974');
    // Nobody was asked again for the year: its rows come out of the archived answer.
    expect(await listPayloads()).toEqual(before);
    expect(taken.map(({ payload_id }) => payload_id)).toContain(before[0]?.id);

    const [partition] = await readRows(sql`
      select state, blocked from materializations where asset = 'bronze_bcb_ptax' and partition = ${DAY}`);
    expect(partition).toEqual({ state: 'fresh', blocked: false });
    const [result] = await readRows<{ status: string }>(
      sql`select status from check_results where key = 'USDBRL_PTAX' and check_name = 'range' order by id desc limit 1`,
    );
    expect(result?.status).toBe('overridden');
    const audit = await readRows(
      sql`select actor, action, subject, detail->>'reason' as reason from audit_log order by id limit 1`,
    );
    expect(audit).toEqual([
      { actor: 'maria', action: 'check_override', subject: 'USDBRL_PTAX range', reason: 'confirmed' },
    ]);
  });
});

describe('POST /v1/checks/overrides', () => {
  const override = {
    key: 'USDBRL_PTAX',
    check: 'range',
    from: DAY,
    to: DAY,
    actor: 'maria',
    reason: 'confirmed',
  };

  it.each([
    [{ ...override, key: 'no key' }, '#/key'],
    [{ ...override, check: 'outlier' }, '#/check'],
    [{ ...override, to: '2024-06-12' }, '#/to'],
    [{ ...override, reason: ' ' }, '#/reason'],
    [{ ...override, actor: undefined }, '#/actor'],
  ])('refuses %o', async (body, pointer) => {
    const before = await readRows(sql`select count(*) from check_overrides`);
    const answer = await send('POST', '/v1/checks/overrides', body);
    expect(answer.status).toBe(400);
    expect(answer.body['errors']).toEqual([expect.objectContaining({ pointer })]);
    expect(await readRows(sql`select count(*) from check_overrides`)).toEqual(before);
  });

  it('knows no key outside of the registry', async () => {
    const answer = await send('POST', '/v1/checks/overrides', { ...override, key: 'NOPE' });
    expect(answer.status).toBe(404);
  });
});

describe('GET /v1/checks', () => {
  it('pages through the results, newest first, without repeating one', async () => {
    const ids: number[] = [];
    let cursor = '';
    do {
      const { body } = await send('GET', `/v1/checks?asset=bronze_bcb_ptax&limit=3${cursor}`);
      ids.push(...(body['data'] as { id: number }[]).map(({ id }) => id));
      cursor = body['nextCursor'] === null ? '' : `&cursor=${body['nextCursor'] as string}`;
    } while (cursor !== '');
    const [stored] = await readRows<{ count: string }>(
      sql`select count(*) from check_results where asset = 'bronze_bcb_ptax'`,
    );
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => b - a));
    expect(ids).toHaveLength(Number(stored?.count));
  });

  it('refuses a key that does not exist', async () => {
    expect((await send('GET', '/v1/checks?key=NOPE')).status).toBe(404);
  });
});

import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FaultRule } from '../../../services/replay/faults.ts';
import type { Connector } from '../../../shared/connectors/connector.ts';
import { createConnectors } from '../../../shared/connectors/registry.ts';
import { pruneBodies, readPayloads } from '../../../shared/db/archive.ts';
import { readRequestHealth } from '../../../shared/db/provider-health.ts';
import { listTaskKeys } from '../../../shared/db/task-keys.ts';
import {
  createBronzeWorld,
  dispatchBronze,
  keepKeys,
  runBronze,
  type BronzeWorld,
} from '../../helpers/bronze.ts';

const FRED_KEY = 'abcdef0123456789abcdef0123456789';
const connectors = createConnectors({ fredApiKey: FRED_KEY });
const SGS_HOST = 'api.bcb.gov.br';

let world: BronzeWorld;
beforeAll(async () => {
  world = await createBronzeWorld();
});
afterAll(() => world.close());
afterEach(() => setFaults([]));

async function setFaults(rules: readonly FaultRule[]): Promise<void> {
  await fetch(`${world.replay.url}/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(rules),
  });
  await fetch(`${world.replay.url}/requests`, { method: 'DELETE' });
}

async function countSent(): Promise<number> {
  const report = (await (await fetch(`${world.replay.url}/requests`)).json()) as { total: number };
  return report.total;
}

async function listAnswers(taskId: string) {
  const { rows } = await world.db.execute<{ id: string; status: number; part: string; url: string }>(
    sql`select id, status, part, url from payloads where task_id = ${taskId} order by id`,
  );
  return rows;
}

async function listRequests(taskId: string) {
  const { rows } = await world.db.execute(sql`
    select host, key, status, error, payload_id is not null as archived, latency_ms >= 0 as timed
    from provider_requests where task_id = ${taskId} order by id`);
  return rows;
}

const ipca = keepKeys(connectors.bcb_sgs, ['BR_IPCA_MOM']);

describe('an answer that is refused', () => {
  it('is in the archive whatever its status, each with its request', async () => {
    const task = await dispatchBronze(world, { connector: ipca, partition: '2022-06-24' });
    await setFaults([{ host: SGS_HOST, first: 1, kind: 'status', status: 503 }]);
    await expect(task.attempt(false)).rejects.toThrow('HTTP 503');
    await setFaults([{ host: SGS_HOST, first: 1, kind: 'html-200' }]);
    await expect(task.attempt(false)).rejects.toThrow('did not answer JSON');
    await setFaults([{ host: SGS_HOST, first: 1, kind: 'retry-after-429', retryAfterSeconds: 7 }]);
    await expect(task.attempt(false)).rejects.toThrow('asked to wait 7000 ms');
    await setFaults([]);
    await task.attempt(true);
    const answers = await listAnswers(task.taskId);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503, 200, 429]));
    // A page with HTTP 200 is no success: the provider's health must not look well for as long as it lasts.
    const health = await readRequestHealth(world.db, 'bcb_sgs', Date.now());
    expect(health.lastHour).toMatchObject({ failures: 2, throttled: 1 });
    const pages = await world.db.execute(
      sql`select status, error from provider_requests where task_id = ${task.taskId} and error is not null`,
    );
    expect(pages.rows).toEqual([{ status: 200, error: 'page' }]);
    const bodies = await readPayloads(
      world.db,
      answers.map(({ id }) => Number(id)),
    );
    const texts = bodies.map(
      ({ status, body }) => `${status} ${new TextDecoder().decode(body).slice(0, 20)}`,
    );
    expect(texts).toContain('503 <html><body>Error</b');
    expect(texts).toContain('429 Too Many Requests\r\n');
    expect(texts.some((text) => text.startsWith('200 <!DOCTYPE html>'))).toBe(true);
    expect(bodies.find(({ status }) => status === 429)?.headers).toMatchObject({ 'retry-after': '7' });
    const requests = await listRequests(task.taskId);
    expect(requests).toHaveLength(answers.length);
    expect(requests[0]).toEqual({
      host: SGS_HOST,
      key: 'BR_IPCA_MOM',
      status: 503,
      error: null,
      archived: true,
      timed: true,
    });
    const counted = await world.db.execute(sql`select requests from tasks where id = ${task.taskId}`);
    expect(counted.rows).toEqual([{ requests: answers.length }]);
  });

  it('is archived for a library with its own client too', async () => {
    const connector = keepKeys(connectors.yahoo, ['IBOVESPA']);
    const task = await dispatchBronze(world, { connector, partition: '2022-06-24' });
    await setFaults([{ host: '*', first: 1, kind: 'retry-after-429', retryAfterSeconds: 3 }]);
    await expect(task.attempt(false)).rejects.toThrow('asked to wait 3000 ms');
    await setFaults([]);
    await task.attempt(true);
    const answers = await listAnswers(task.taskId);
    expect(answers.map(({ status }) => status)).toContain(429);
    expect(new Set(answers.map(({ part }) => part))).toEqual(new Set(['chart']));
    const bars = await world.db.execute(sql`
      select from bars join payloads on payloads.id = bars.payload_id where payloads.task_id = ${task.taskId}`);
    expect(bars.rowCount).toBeGreaterThan(100);
  });

  it('leaves a request without an answer when the connection breaks', async () => {
    const task = await dispatchBronze(world, { connector: ipca, partition: '2022-06-23' });
    await setFaults([{ host: SGS_HOST, first: 99, kind: 'truncate' }]);
    await expect(task.attempt(false)).rejects.toThrow('expected an answer');
    expect(await listAnswers(task.taskId)).toEqual([]);
    expect((await listRequests(task.taskId))[0]).toMatchObject({ status: 200, archived: false });
    expect((await listRequests(task.taskId))[0]?.['error']).toMatch(/ECONNRESET|ERR_/);
  });

  it('is refused with cap, size and URL when it is too large', async () => {
    const task = await dispatchBronze(world, {
      connector: ipca,
      partition: '2022-06-22',
      maxBodyBytes: 100,
    });
    await expect(task.attempt(true), 'a mandatory key that could not be read').rejects.toThrow(
      '1 of 1 partitions failed',
    );
    const [key] = (await listTaskKeys(world.db, task.runId)).get(task.taskId) ?? [];
    expect(key).toMatchObject({ outcome: 'partial', inserted: 0, error: { name: 'PermanentError' } });
    expect(key?.error?.message).toMatch(
      /^GET https:\/\/api\.bcb\.gov\.br\/.*: expected a body of at most 100 bytes \(MAX_BODY_BYTES\), got at least \d{3,} bytes$/,
    );
    expect((await listRequests(task.taskId))[0]).toMatchObject({ status: 200, error: 'too_large' });
  });
});

describe('the archive', () => {
  it('stores an equal body once and never a secret', async () => {
    const connector = keepKeys(connectors.fred, ['US_UST_10Y']);
    const first = await runBronze(world, { connector, partition: '2026-06-24' });
    const second = await runBronze(world, { connector, partition: '2026-06-24' });
    const bodies = await world.db.execute<{ answers: string; bodies: string }>(sql`
      select count(*) as answers, count(distinct sha256) as bodies from payloads
      where task_id in (${first.taskId}, ${second.taskId}) and part like 'observations-%'
      and window_id like 'recent-%'`);
    expect(bodies.rows).toEqual([{ answers: '2', bodies: '1' }]);
    const urls = (await listAnswers(first.taskId)).map(({ url }) => url);
    expect(urls.every((url) => url.includes('api_key=REDACTED') && !url.includes(FRED_KEY))).toBe(true);
  });

  it('loses by retention only what nothing refers to, and what it keeps can be parsed again', async () => {
    const own = await createBronzeWorld();
    const connector = keepKeys(connectors.bcb_sgs, ['BR_IPCA_MOM']);
    await fetch(`${own.replay.url}/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ host: SGS_HOST, first: 1, kind: 'status', status: 500 }]),
    });
    const task = await dispatchBronze(own, { connector, partition: '2022-06-24' });
    await expect(task.attempt(false)).rejects.toThrow('HTTP 500');
    await task.attempt(true);
    const prune = (before: number) => own.db.transaction((tx) => pruneBodies(tx, before));
    expect(await prune(Date.now() - 3_600_000), 'nothing is old').toBe(0);
    expect(await prune(Date.now() + 3_600_000), 'the page of the 500').toBe(1);
    const kept = await own.db.execute<{ ids: string[] }>(sql`select payload_ids as ids from coverage`);
    for (const { ids } of kept.rows) {
      const payloads = await readPayloads(own.db, ids.map(Number));
      expect(payloads).toHaveLength(ids.length);
    }
    expect(kept.rows.length).toBeGreaterThan(0);
    await own.close();
  });
});

describe('a retry', () => {
  it('asks only for the windows that failed', async () => {
    const connector = keepKeys(connectors.bcb_sgs, [
      'BR_IPCA_MOM',
      'BR_SELIC_TARGET',
      'USDBRL_PTAX_SELL',
      'BR_CDI_DAILY',
    ]);
    expect(connector.keys.length).toBeGreaterThan(1);
    const first = await dispatchBronze(world, { connector, partition: '2022-06-21' });
    await setFaults([]);
    await first.attempt(true);
    const windows = await countSent();
    expect(windows).toBeGreaterThan(3);
    // The same again: all that is recent has to be asked for once more, and one of the requests fails.
    const second = await dispatchBronze(world, { connector, partition: '2022-06-21' });
    await setFaults([{ host: SGS_HOST, first: 1, kind: 'status', status: 503 }]);
    await expect(second.attempt(false)).rejects.toThrow('HTTP 503');
    const sent = await countSent();
    expect(await world.db.execute(sql`select from task_keys where task_id = ${second.taskId}`)).toMatchObject(
      {
        rowCount: 0,
      },
    );
    await second.attempt(false);
    expect((await countSent()) - sent, 'the one that failed').toBe(1);
    const keys = (await listTaskKeys(world.db, second.runId)).get(second.taskId) ?? [];
    expect(keys.map(({ key, outcome }) => `${key} ${outcome}`).toSorted()).toEqual(
      connector.keys.map(({ key }) => `${key} rows`).toSorted(),
    );
    for (const key of keys) {
      expect(key.fetched).toBe(key.inserted + key.unchanged);
      expect(key.fromDate! < key.toDate!).toBe(true);
      expect(key.payloadId).toBeGreaterThan(0);
    }
  });
});

describe('keys that arrive in the file of another', () => {
  it('have outcomes and counts of their own, which add up', async () => {
    const own = await createBronzeWorld();
    await setFaults([]);
    const task = await runBronze(own, { connector: connectors.b3, partition: '2021-01-04' });
    const keys = (await listTaskKeys(own.db, task.runId)).get(task.taskId) ?? [];
    const points = await own.db.execute<{ key: string; count: number }>(
      sql`select key, count(*)::int as count from curve_points group by key`,
    );
    expect(points.rows.length).toBeGreaterThan(3);
    for (const key of keys) {
      expect(key.unchanged, key.key).toBe(0);
      expect(key.fetched, key.key).toBe(key.inserted);
      const stored = points.rows.find((row) => row.key === key.key)?.count ?? 0;
      expect(key.inserted, key.key).toBe(stored);
      expect(key.outcome, key.key).toBe(stored > 0 ? 'rows' : 'no_data_expected');
    }
    const report = keys.filter(({ key }) => ['DI1', 'DAP', 'DDI', 'FRC', 'DOL'].includes(key));
    expect(report.map(({ outcome }) => outcome)).toEqual(['rows', 'rows', 'rows', 'rows', 'rows']);
    expect(new Set(report.map(({ payloadId }) => payloadId)).size).toBe(1);
    const sent = await own.db.execute(sql`select count(*)::int as n from provider_requests`);
    expect(sent.rows).toEqual([{ n: keys.reduce((sum, { requests }) => sum + requests, 0) }]);
    await own.close();
  });
});

describe('rows that are held back', () => {
  it('make the key partial and stand in quarantine with their check', async () => {
    const own = await createBronzeWorld();
    const spoiled: Connector = {
      ...ipca,
      parse(...args) {
        const parsed = ipca.parse(...args);
        const rows = parsed.rows.map((row) =>
          row.table === 'observations' && row.date === '2021-05-01' ? { ...row, value: '83.0' } : row,
        );
        return { ...parsed, rows };
      },
    };
    const held = await runBronze(own, { connector: spoiled, partition: '2022-06-24' });
    const [partial] = (await listTaskKeys(own.db, held.runId)).get(held.taskId) ?? [];
    expect(partial).toMatchObject({ outcome: 'partial', held: 2 });
    expect(partial?.fetched).toBe((partial?.inserted ?? 0) + (partial?.unchanged ?? 0) + 2);
    const quarantine = await own.db.execute(
      sql`select check_name, reason from rejected_rows where task_id = ${held.taskId}`,
    );
    expect(quarantine.rows).toEqual([
      { check_name: 'range', reason: expect.stringContaining('83.0') },
      { check_name: 'range', reason: expect.stringContaining('83.0') },
    ]);
    await own.close();
  });
});

describe('the growing Tesouro file', () => {
  it('is transferred once while it does not change', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tesouro-'));
    cpSync('data/replay/bcb_sgs/recorded', join(folder, 'bcb_sgs/recorded'), { recursive: true });
    mkdirSync(join(folder, 'b3/recorded'), { recursive: true });
    const file = join(folder, 'b3/recorded/precotaxatesourodireto.csv');
    // Constructed: the layout of the portal, three base dates of one bond.
    const header =
      'Tipo Titulo;Data Vencimento;Data Base;Taxa Compra Manha;Taxa Venda Manha;PU Compra Manha;PU Venda Manha;PU Base Manha';
    const line = (day: string, rate: string) =>
      `Tesouro IPCA+;15/05/2035;${day};${rate};5,82;1500,00;1490,00;1480,00`;
    writeFileSync(file, `${[header, line('22/06/2022', '5,70'), line('23/06/2022', '5,72')].join('\n')}\n`);
    const own = await createBronzeWorld(folder);
    const connector = keepKeys(connectors.b3, ['TESOURO']);
    expect(connector.keys).toHaveLength(1);
    await runBronze(own, { connector, partition: '2022-06-23' });
    const before = await own.db.execute(sql`select ingested_at from coverage where window_id = 'all'`);
    const again = await runBronze(own, { connector, partition: '2022-06-23' });
    const answers = await own.db.execute<{ status: number }>(
      sql`select status from payloads where task_id = ${again.taskId}`,
    );
    expect(answers.rows.length).toBeGreaterThan(0);
    expect(answers.rows.every(({ status }) => status === 304)).toBe(true);
    const covered = await own.db.execute<{ ids: string[]; is_new: boolean }>(sql`
      select payload_ids as ids, task_id = ${again.taskId} as is_new from coverage where window_id like 'recent-%'`);
    expect(covered.rows.some(({ is_new: isNew }) => isNew)).toBe(true);
    const after = await own.db.execute(sql`select ingested_at from coverage where window_id = 'all'`);
    expect(after.rows).toEqual(before.rows);
    const points = await own.db.execute(sql`select count(*)::int as n from curve_points`);
    expect(points.rows).toEqual([{ n: 2 }]);
    await own.close();
    rmSync(folder, { recursive: true });
  });
});

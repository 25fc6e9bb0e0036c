import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../../shared/client/client.ts';
import type { StreamEvent } from '../../../shared/contract/events.ts';
import { createRun } from '../../../shared/db/backfills.ts';
import { DEFAULT_RULES } from '../../../shared/alerts/rules.ts';
import { recordExchange } from '../../../shared/db/archive.ts';
import { seedRules } from '../../../shared/db/alert-rules.ts';
import { syncAlerts } from '../../../shared/db/alerts.ts';
import {
  formatPlace,
  isAfter,
  isForgotten,
  parsePlace,
  pruneEvents,
  readEvents,
  readHorizon,
} from '../../../shared/db/events.ts';
import { changeBackfill, changeRun } from '../../../shared/pipeline/changes.ts';
import { claimTask, dispatchRun, endAttempt } from '../../../shared/pipeline/runs.ts';
import { requestBackfill } from '../../helpers/backfills.ts';
import { startBreakableProxy } from '../../helpers/breakable-proxy.ts';
import { waitFor } from '../../helpers/pipeline.ts';
import { withClient } from '../../helpers/template-database.ts';
import { startApi, type RunningApi } from './running-api.ts';

const BY = { actor: 'ana', reason: null };
const DAY_MS = 86_400_000;

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

/** Everything that is stored, in order: what a listener must have been told. */
async function readAll(after: string): Promise<string[]> {
  const result = await api.db.execute<{ place: string }>(sql`
    select tx || '-' || id as place from events
    where (tx, id) > (${after.split('-')[0]}::xid8, ${after.split('-')[1]}::bigint) order by tx, id`);
  return result.rows.map(({ place }) => place);
}

/** A listener that keeps what it hears. */
function listen(baseUrl: string, wanted: { after?: string; runId?: string; backfillId?: string } = {}) {
  const heard: StreamEvent[] = [];
  const ending = new AbortController();
  const listening = (async () => {
    for await (const event of createClient({ baseUrl }).watchEvents({ ...wanted, signal: ending.signal }))
      heard.push(event);
  })();
  return {
    heard,
    async stop() {
      ending.abort();
      await listening;
    },
  };
}

/** The place behind all that was told. Open transactions of other databases of the server hold the horizon back for a while. */
async function now(): Promise<string> {
  const newest = (await readAll('0-0')).at(-1) ?? '0-0';
  const horizon = await waitFor('all events to be past', async () => {
    const place = await readHorizon(api.db);
    return isAfter(place, parsePlace(newest)) && place;
  });
  return formatPlace(horizon);
}

const tellOf = (subject: string): Promise<unknown> =>
  api.db.execute(sql`
    insert into events (kind, subject, data) values ('schedule.paused', ${subject}, jsonb_build_object('schedule', ${subject}::text, 'by', 'test'))`);

/** Opens a stream without reading it. */
async function openRaw(path: string): Promise<IncomingMessage> {
  const request = get(`${api.url}${path}`, { agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

describe('what is told', () => {
  it('is every change of state of a backfill and its runs and tasks, with what a listener needs to know', async () => {
    const after = await now();
    const id = await requestBackfill(api.db, '2022-05-02', '2022-06-30', { assets: ['bronze_fred'] });
    const listener = listen(api.url, { after, backfillId: id });
    const [run] = (await api.send('GET', `/v1/runs?backfillId=${id}`)).body.data;
    const runId = String(run?.['id']);
    const dispatched = await api.db.transaction((tx) => dispatchRun(tx, runId));
    const [task] = dispatched?.tasks ?? [];
    const claimed = await claimTask(api.db, task?.taskId ?? '', 1, 'worker');
    if (claimed === null) throw new Error('The task was not claimed');
    await endAttempt(api.db, claimed, { state: 'queued' });
    await changeBackfill(api.db, id, 'pause', BY);
    await changeBackfill(api.db, id, 'cancel', BY);
    await waitFor('the events', async () => listener.heard.length >= 9);
    await listener.stop();
    const told = listener.heard.map(({ kind }) => kind);
    expect(told.slice(0, 5)).toEqual([
      'backfill.planned',
      'run.running',
      'task.running',
      'task.queued',
      'backfill.paused',
    ]);
    expect(told.slice(5).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'backfill.cancelled',
      'run.cancelled',
      'run.cancelled',
      'run.paused',
    ]);
    expect(listener.heard[0]?.data).toEqual({
      backfillId: id,
      state: 'planned',
      from: '2022-05-02',
      to: '2022-06-30',
    });
    expect(listener.heard[2]?.data).toEqual({
      taskId: task?.taskId,
      runId,
      backfillId: id,
      asset: 'bronze_fred',
      state: 'running',
      reason: null,
      attempt: 1,
    });
  });

  it('is a tick, an alert and a pause too, and nothing about a row whose state stays', async () => {
    const listener = listen(api.url, { after: await now() });
    const runId = await createRun(api.db, 'manual', '2022-06-30', ['bronze_fred']);
    await api.db.execute(sql`insert into ticks (schedule, due_at, partition, outcome, run_id)
      values ('weekday', '2022-07-01T09:00:00Z', '2022-06-30', 'started', ${runId})`);
    await api.db.execute(sql`update runs set position = 7 where id = ${runId}`);
    const rule = { name: 'calendar_horizon', severity: 'warning' } as const;
    const alert = { subject: 'BR_ANBIMA', severity: 'warning', message: 'ends soon' } as const;
    await seedRules(api.db, DEFAULT_RULES);
    for (const conditions of [[alert], [alert], []])
      await syncAlerts(api.db, rule, conditions, { now: Date.now(), channels: [] });
    await api.send('POST', '/v1/schedule/pause', { body: { actor: 'ana' } });
    await api.send('POST', '/v1/schedule/resume', { body: { actor: 'bob' } });
    await waitFor('the events', async () => listener.heard.length >= 6);
    await listener.stop();
    expect(listener.heard.map(({ kind, data }) => [kind, data])).toEqual([
      [
        'run.planned',
        { runId, backfillId: null, state: 'planned', kind: 'manual', from: '2022-06-30', to: '2022-06-30' },
      ],
      [
        'tick.started',
        {
          schedule: 'weekday',
          dueAt: '2022-07-01T09:00:00.000Z',
          partition: '2022-06-30',
          outcome: 'started',
          runId,
        },
      ],
      ['alert.raised', { alertId: expect.any(Number), rule: 'calendar_horizon', ...alert }],
      ['alert.resolved', { alertId: expect.any(Number), rule: 'calendar_horizon', ...alert }],
      ['schedule.paused', { schedule: 'weekday', by: 'ana' }],
      ['schedule.resumed', { schedule: 'weekday', by: 'bob' }],
    ]);
  });

  it('is the first failure of a provider, not those that follow, and that it answers again', async () => {
    const listener = listen(api.url, { after: await now() });
    const place = { provider: 'fred', key: 'US_GDP', windowId: 'all', taskId: randomUUID() } as const;
    const answers = [
      [200, null],
      [503, null],
      [null, 'ECONNRESET'],
      [429, null],
      [200, null],
    ] as const;
    for (const [index, [status, error]] of answers.entries())
      await recordExchange(api.db, place, {
        host: 'api.stlouisfed.org',
        part: 'all',
        sentAt: Date.now() + index,
        waitedMs: 0,
        latencyMs: 1,
        status,
        error,
        answer: null,
      });
    await waitFor('the events', async () => listener.heard.length >= 2);
    await listener.stop();
    const told = { provider: 'fred', host: 'api.stlouisfed.org' };
    expect(listener.heard.map(({ kind, data }) => [kind, data])).toEqual([
      ['provider.failing', { ...told, state: 'failing' }],
      ['provider.answering', { ...told, state: 'answering' }],
    ]);
  });

  it('is only what concerns the run that was asked for', async () => {
    const after = await now();
    const [one, other] = [
      await createRun(api.db, 'manual', '2022-06-29'),
      await createRun(api.db, 'manual', '2022-06-28'),
    ];
    const listener = listen(api.url, { after, runId: other });
    await changeRun(api.db, one, 'cancel', BY);
    await changeRun(api.db, other, 'cancel', BY);
    await waitFor('the end of the run', async () =>
      listener.heard.some(({ kind }) => kind === 'run.cancelled'),
    );
    await listener.stop();
    expect(listener.heard.map(({ kind }) => kind)).toEqual(['run.planned', 'run.cancelled']);
    expect(listener.heard.every(({ data }) => 'runId' in data && data.runId === other)).toBe(true);
  });
});

describe('the order', () => {
  it('is that of transactions: one that commits late loses nothing and is told first', async () => {
    const after = await now();
    const listener = listen(api.url, { after });
    await withClient(api.world.databaseUrl, async (slow) => {
      await slow.query('begin');
      await slow.query(
        `insert into events (kind, subject, data) values ('schedule.paused', 'slow', '{"schedule":"slow","by":"test"}')`,
      );
      await tellOf('fast');
      const { events } = await readEvents(api.db, parsePlace(after), 10);
      expect(events).toEqual([]);
      await slow.query('commit');
    });
    await waitFor('both', async () => listener.heard.length === 2);
    await listener.stop();
    expect(listener.heard.map(({ data }) => 'schedule' in data && data.schedule)).toEqual(['slow', 'fast']);
  });

  it('holds for many writers whose transactions overlap: nothing is lost and nothing told twice', async () => {
    const after = await now();
    const listener = listen(api.url, { after });
    await Promise.all(
      Array.from({ length: 4 }, (_, writer) =>
        withClient(api.world.databaseUrl, async (client) => {
          for (let i = 0; i < 25; i += 1) {
            await client.query('begin');
            for (let j = 0; j <= (i + writer) % 3; j += 1)
              await client.query(
                `insert into events (kind, subject, data) values ('schedule.paused', 'many', '{"schedule":"many","by":"test"}')`,
              );
            await client.query(i % 10 === 9 ? 'rollback' : 'commit');
          }
        }),
      ),
    );
    const written = await readAll(after);
    await waitFor('all events', async () => listener.heard.length >= written.length);
    await listener.stop();
    expect(listener.heard.map(({ id }) => id)).toEqual(written);
  });
});

describe('a connection that is lost', () => {
  it('again and again in the middle of many changes loses nothing and tells nothing twice', async () => {
    const proxy = await startBreakableProxy(api.url);
    const after = await now();
    const listener = listen(proxy.url, { after });
    for (let cut = 0; cut < 3; cut += 1) {
      const already = listener.heard.length;
      await api.db.execute(sql`
        insert into events (kind, subject, data)
        select 'schedule.paused', n, jsonb_build_object('schedule', n::text, 'by', repeat('x', 500)) from generate_series(1, 3000) n`);
      await waitFor('some events', async () => listener.heard.length > already);
      proxy.cut();
      await tellOf(`after cut ${cut}`);
    }
    const written = await readAll(after);
    await waitFor('all events', async () => listener.heard.length >= written.length);
    await listener.stop();
    await proxy.close();
    expect(written).toHaveLength(9_003);
    expect(listener.heard.map(({ id }) => id)).toEqual(written);
  });

  it('may be opened again with ?after= or with Last-Event-ID, which counts more', async () => {
    const first = await now();
    await tellOf('one');
    await tellOf('two');
    const [second = ''] = await readAll(first);
    for (const [path, headers, expected] of [
      [`/v1/events?after=${first}`, {}, 'one'],
      ['/v1/events', { 'last-event-id': second }, 'two'],
      [`/v1/events?after=${first}`, { 'last-event-id': second }, 'two'],
    ] as const) {
      const ending = new AbortController();
      const response = await fetch(`${api.url}${path}`, { headers, signal: ending.signal });
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
      expect(response.headers.get('x-accel-buffering')).toBe('no');
      let text = '';
      for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += piece;
        if (text.includes('data: ')) break;
      }
      ending.abort();
      expect(/"schedule":"(\w+)"/.exec(text)?.[1]).toBe(expected);
    }
  });

  it.each(['after=yesterday', 'after=1-2-3', 'after=99999999999999999999-1', 'runId=1'])(
    'is refused with %s',
    async (query) => {
      expect((await api.send('GET', `/v1/events?${query}`)).status).toBe(400);
    },
  );

  it('moves its place on without events, so that a quiet listener can come back after a week', async () => {
    const first = await now();
    const response = await openRaw(`/v1/events?runId=00000000-0000-4000-8000-000000000000`);
    await tellOf('unheard');
    const [unheard = ''] = await readAll(first);
    let text = '';
    response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    await waitFor('a later place', async () => {
      const ids = [...text.matchAll(/^id: (.*)$/gm)].map(([, id = '']) => id);
      return BigInt(ids.at(-1)?.split('-')[0] ?? 0) > BigInt(unheard.split('-')[0] ?? 0);
    });
    expect(text).toContain(': still here');
    expect(text).not.toContain('data:');
    response.destroy();
  });
});

describe('a listener', () => {
  it('that does not read is cut off, while others hear everything', async () => {
    const after = await now();
    const sleeper = await openRaw(`/v1/events?after=${after}`);
    sleeper.on('error', () => undefined);
    const closed = new Promise((resolve) => void sleeper.once('close', resolve));
    const listener = listen(api.url, { after });
    for (let i = 0; i < 20; i += 1)
      await api.db.execute(sql`
        insert into events (kind, subject, data)
        select 'schedule.paused', n, jsonb_build_object('schedule', n::text, 'by', repeat('x', 1000)) from generate_series(1, 1000) n`);
    await waitFor('all events', async () => listener.heard.length >= 20_000);
    sleeper.resume();
    await closed;
    await listener.stop();
    expect(new Set(listener.heard.map(({ id }) => id)).size).toBe(20_000);
  });

  it('hears no more when its key is revoked', async () => {
    const guarded = await startApi({ keys: ['ada:admin:ada-key'] });
    const headers = { authorization: 'Bearer ada-key' };
    const made = await guarded.send('POST', '/v1/keys', { headers, body: { name: 'vera', role: 'viewer' } });
    const response = await fetch(`${guarded.url}/v1/events`, {
      headers: { authorization: `Bearer ${String(made.body['key'])}` },
    });
    expect(response.status).toBe(200);
    await guarded.send('DELETE', '/v1/keys/vera', { headers });
    expect(await response.text()).not.toContain('data:');
    const again = createClient({ baseUrl: guarded.url, apiKey: String(made.body['key']) }).watchEvents();
    await expect(again.next()).rejects.toThrow('answered 401');
    await guarded.close();
  });

  it('is let go at once when the service stops', async () => {
    const stopping = await startApi();
    const response = await fetch(`${stopping.url}/v1/events`);
    const ended = response.text();
    // The server cuts requests off that still run after five seconds: the text of such a one is refused as terminated.
    await Promise.all([stopping.close(), ended]);
    expect(await ended).toMatch(/^retry: 2000\nid: \d+-0\n\n/);
  });
});

describe('events that are old', () => {
  it('are removed but for the newest of them, and who comes back from before is told so', async () => {
    const early = await now();
    await tellOf('old');
    const middle = await now();
    await tellOf('old too');
    await api.db.execute(sql`update events set at = now() - interval '8 days'`);
    await tellOf('new');
    await pruneEvents(api.db, Date.now() - 7 * DAY_MS);
    const left = await api.db.execute(sql`select subject from events order by tx, id`);
    expect(left.rows).toEqual([{ subject: 'old too' }, { subject: 'new' }]);
    expect(await isForgotten(api.db, parsePlace(early))).toBe(true);
    const known = (await readAll(middle)).at(-1) ?? '';
    expect(await isForgotten(api.db, parsePlace(known))).toBe(false);
    // The stream goes on from the horizon.
    await now();

    const listener = listen(api.url, { after: early });
    await waitFor('the reset', async () => listener.heard.length > 0);
    await tellOf('newer');
    await waitFor('the next event', async () => listener.heard.length > 1);
    await listener.stop();
    expect(listener.heard.map(({ kind, data }) => [kind, data])).toEqual([
      ['reset', {}],
      ['schedule.paused', { schedule: 'newer', by: 'test' }],
    ]);
  });

  it('of another server are removed, whose transactions are counted otherwise', async () => {
    const fresh = await startApi();
    await fresh.db.execute(
      sql`insert into events (tx, kind, subject, data) values ('99999999999', 'run.running', '', '{}')`,
    );
    expect(await isForgotten(fresh.db, { tx: 99_999_999_999n, id: 1n })).toBe(true);
    await pruneEvents(fresh.db, 0);
    const left = await fresh.db.execute(sql`select kind from events`);
    expect(left.rows).toEqual([{ kind: 'events.opened' }]);
    // Open transactions of other databases of the server hold the horizon back for a while.
    await expect
      .poll(async () => isForgotten(fresh.db, await readHorizon(fresh.db)), { timeout: 60_000 })
      .toBe(false);
    await fresh.close();
  });
});

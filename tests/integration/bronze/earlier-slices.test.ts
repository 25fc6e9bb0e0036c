import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connector } from '../../../shared/connectors/connector.ts';
import { b3Connector } from '../../../shared/connectors/b3/b3.ts';
import { createBackfill } from '../../../shared/db/backfills.ts';
import { PermanentError } from '../../../shared/errors.ts';
import { createBronzeWorld, keepKeys, runBronze, type BronzeWorld } from '../../helpers/bronze.ts';

const RANGE = { from: '2022-03-01', to: '2022-05-31' } as const;
const connector = keepKeys(b3Connector, ['DI1', 'DAP', 'DOL', 'DDI', 'FRC']);
let world: BronzeWorld;

beforeEach(async () => {
  world = await createBronzeWorld();
});

afterEach(async () => {
  await world.close();
});

/** Runs of a backfill of three months in the order in which they start, newest first. */
async function planMonths(): Promise<string[]> {
  await createBackfill(
    world.db,
    {
      ...RANGE,
      assets: ['bronze_b3_market_data'],
      only: 'missing',
      slice: 'month',
      maxConcurrentRuns: 1,
      order: 'newest',
    },
    null,
    { actor: 'test', reason: null },
  );
  const planned = await world.db.execute<{ id: string }>(sql`select id from runs order by position`);
  return planned.rows.map(({ id }) => id);
}

const runMonth = (runId: string | undefined, of: Connector = connector) =>
  runBronze(world, { connector: of, partition: RANGE.from, runId: runId! });

async function listSessions(): Promise<string[]> {
  const found = await world.db.execute<{ date: string }>(
    sql`select distinct "date"::text as date from curve_points where curve_id = 'DI_PRE' order by 1`,
  );
  return found.rows.map(({ date }) => date);
}

async function readKey(runId: string | undefined, key: string) {
  const found = await world.db.execute<{ outcome: string; requests: number }>(
    sql`select k.outcome, k.requests from task_keys k join tasks on tasks.id = task_id where run_id = ${runId} and key = ${key}`,
  );
  return found.rows[0];
}

describe('the slices of a backfill before one', () => {
  it('are read with it, so that the newest slice first knows what it would know last', async () => {
    const [may, april, march] = await planMonths();
    await runMonth(may);
    const sessions = await listSessions();
    // Weekly recordings from ten sessions before the backfill on.
    expect(sessions.length).toBeGreaterThanOrEqual(15);
    expect(sessions[0]).toBe('2022-02-14');
    expect(sessions.at(-1)! > '2022-05-20').toBe(true);
    // Ten sessions before the backfill, 63 in it.
    expect(await readKey(may, 'DI1')).toEqual({ outcome: 'rows', requests: 73 });

    await runMonth(april);
    await runMonth(march);
    expect(await listSessions()).toEqual(sessions);
    // A slice asks for its own windows again only when they were fetched before the backfill was requested.
    expect(await readKey(april, 'DI1')).toEqual({ outcome: 'rows', requests: 0 });
    expect(await readKey(march, 'DI1')).toEqual({ outcome: 'rows', requests: 0 });
  });

  it('answer for their own failures', async () => {
    const [may, , march] = await planMonths();
    const broken: Connector = {
      ...connector,
      async fetch(key, window, http) {
        if (window.from === '2022-03-21') throw new PermanentError('no such file', { subject: window.id });
        return connector.fetch(key, window, http);
      },
      parse(key, window, payloads) {
        if (window.from === '2022-03-28') throw new PermanentError('no such column', { subject: window.id });
        return connector.parse(key, window, payloads);
      },
    };
    await runMonth(may, broken);
    expect((await readKey(may, 'DI1'))?.outcome).toBe('rows');
    const sessions = await listSessions();
    expect(sessions).toContain('2022-03-14');
    expect(sessions).not.toContain('2022-03-21');
    expect(sessions).not.toContain('2022-03-28');
    await expect(runMonth(march, broken)).rejects.toThrow('2 of 23 partitions failed');
    expect((await readKey(march, 'DI1'))?.outcome).toBe('partial');
  });
});

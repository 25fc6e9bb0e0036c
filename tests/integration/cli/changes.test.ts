import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { MINUTE } from '../../../shared/time.ts';
import { macro as runMacro } from '../../helpers/macro.ts';
import { startApi, type RunningApi } from '../api/running-api.ts';

// Each command is a process of its own, which takes its time to start on a busy machine.
vi.setConfig({ testTimeout: 3 * MINUTE });

let api: RunningApi;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const macro = (...words: string[]): Promise<string[]> => runMacro(api.url, ...words);

it('leads a backfill through its states and says who asked', async () => {
  const { body } = await api.send('POST', '/v1/backfills', {
    body: { from: '2022-06-01', to: '2022-06-30' },
  });
  const stateAfter = async (change: string): Promise<string | undefined> => {
    const lines = await macro('backfill', change, body.id, '--actor', 'ana', '--reason', 'a test');
    return lines.find((line) => line.startsWith('state'))?.split(/ +/)[1];
  };
  expect(await stateAfter('pause')).toBe('paused');
  expect(await stateAfter('resume')).toBe('planned');
  expect(await stateAfter('cancel')).toBe('cancelled');
  await expect(macro('backfill', 'pause', body.id)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('answered 409') as string,
  });
  expect(await stateAfter('retry')).toBe('planned');
  const audit = await api.db.execute(sql`
    select distinct actor, detail ->> 'reason' as reason, count(*)::int as times from audit_log
    where subject = ${body.id} and action <> 'backfill_create' group by 1, 2`);
  expect(audit.rows).toEqual([{ actor: 'ana', reason: 'a test', times: 4 }]);
});

it('cancels a run and retries it', async () => {
  const { body } = await api.send('POST', '/v1/runs', { body: { partition: '2022-06-30' } });
  const cancelled: unknown = JSON.parse((await macro('--json', 'runs', 'cancel', body.id)).join('\n'));
  expect(cancelled).toMatchObject({ id: body.id, state: 'cancelled' });
  const retried: unknown = JSON.parse((await macro('--json', 'runs', 'retry', body.id)).join('\n'));
  expect(retried).toMatchObject({ id: body.id, state: 'planned' });
  expect((await macro('runs')).join('\n')).toContain(body.id);
});

it('shows the schedule, pauses it and resumes it', async () => {
  expect(await macro('schedule')).toEqual([
    'schedule        weekday',
    'due             0 6 * * 1-5, America/Sao_Paulo',
    'catch up        all',
    'next            2022-07-04T09:00:00.000Z, partition 2022-07-01',
    '',
    'none',
  ]);
  const paused = await macro('schedule', 'pause', '--actor', 'ana', '--reason', 'maintenance');
  expect(paused[3]).toMatch(/^next {12}paused by ana since \d{4}-\d\d-\d\dT[\d:.]+Z: maintenance$/);
  expect((await macro('schedule', 'resume'))[3]).toContain('2022-07-04T09:00:00.000Z');
});

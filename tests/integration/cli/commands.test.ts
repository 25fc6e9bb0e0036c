import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { seedRules } from '../../../shared/db/alert-rules.ts';
import { DEFAULT_RULES } from '../../../shared/alerts/rules.ts';
import { MINUTE } from '../../../shared/time.ts';
import { macro } from '../../helpers/macro.ts';
import { startApi, type RunningApi } from '../api/running-api.ts';

const ADMIN = 'the-key-of-an-admin';

// Each command is a process of its own, which takes its time to start on a busy machine.
vi.setConfig({ testTimeout: 3 * MINUTE });

let api: RunningApi;

beforeAll(async () => {
  api = await startApi({ keys: [`root:admin:${ADMIN}`] });
});
afterAll(() => api.close());

const asAdmin = (...words: string[]): Promise<string[]> => macro(api.url, '--api-key', ADMIN, ...words);

it('makes a key that may do what its role may', async () => {
  const [key = ''] = await asAdmin('keys', 'create', 'ben', '--role', 'viewer');
  expect(await macro(api.url, '--api-key', key, 'backfill', 'list')).toEqual(['none']);
  await expect(macro(api.url, '--api-key', key, 'keys', 'list')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('answered 403') as string,
  });
});

it('lists a key without its secret, and revokes it', async () => {
  const [key = ''] = await asAdmin('keys', 'create', 'ana', '--role', 'viewer');
  const listed = await asAdmin('keys', 'list');
  expect(listed).toContainEqual(expect.stringMatching(/^ana +viewer /));
  expect(listed.join('\n')).not.toContain(key);
  await asAdmin('keys', 'revoke', 'ana');
  await expect(macro(api.url, '--api-key', key, 'assets')).rejects.toMatchObject({
    stderr: expect.stringContaining('name a key with --api-key or API_KEYS') as string,
  });
  expect((await asAdmin('audit', '--subject', 'ana')).join('\n')).toMatch(/root +key_revoke +ana/);
});

it('switches a rule of alerts off and on again', async () => {
  await seedRules(api.db, DEFAULT_RULES);
  const rule = 'failed_run';
  expect((await asAdmin('alerts', 'rules')).join('\n')).toMatch(new RegExp(`^${rule} .* true `, 'm'));
  const change = async (name: string): Promise<unknown> =>
    JSON.parse((await asAdmin('--json', 'alerts', name, rule)).join('\n'));
  expect(await change('disable')).toMatchObject({ name: rule, enabled: false, updatedBy: 'root' });
  expect(await change('enable')).toMatchObject({ name: rule, enabled: true });
  expect(await asAdmin('alerts')).toEqual(['none']);
});

it('fails where a test message has nowhere to go, and where there is no digest', async () => {
  await expect(asAdmin('alerts', 'test')).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('no channel is configured') as string,
  });
  await expect(asAdmin('digest')).rejects.toThrow('there is no digest yet');
});

it('plans a backfill without writing it', async () => {
  const range = ['--from', '2022-06-20', '--to', '2022-06-24'];
  const lines = await asAdmin('backfill', 'create', ...range, '--assets', 'bronze_fred', '--dry-run');
  expect(lines[0]).toBe('would do        1 runs, 1 tasks, 5 partitions');
  expect(await asAdmin('backfill', 'list')).toEqual(['none']);
});

it('refuses what it does not know before it asks', async () => {
  await expect(asAdmin('run', '--assets', 'bronze_fred,gold')).rejects.toThrow('there is no asset gold');
  await expect(asAdmin('report', 'gold')).rejects.toThrow('there is no agent gold');
  await expect(macro('localhost', 'assets')).rejects.toThrow('expected an address such as');
});

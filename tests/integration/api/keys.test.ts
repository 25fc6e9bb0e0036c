import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contract } from '../../../shared/contract/contract.ts';
import { ROLES, type Endpoint, type Role } from '../../../shared/contract/endpoint.ts';
import { hashSecret } from '../../../shared/secret.ts';
import { readAudit } from '../../helpers/backfills.ts';
import { startApi, type RunningApi } from './running-api.ts';

const KEYS = {
  viewer: 'vera:viewer:viewer-key',
  operator: `otto:operator:sha256:${hashSecret('operator-key')}`,
  admin: 'ada:admin:admin-key',
} as const;
const UUID = '00000000-0000-4000-8000-000000000000';

let api: RunningApi;
let fresh: RunningApi;

beforeAll(async () => {
  api = await startApi({ keys: Object.values(KEYS) });
  fresh = await startApi();
});
afterAll(async () => {
  await api.close();
  await fresh.close();
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const as = (role: Role) => bearer(`${role}-key`);

async function makeKey(to: RunningApi, key: string | null, name: string, role: Role): Promise<string> {
  const headers = key === null ? {} : bearer(key);
  const { status, body } = await to.send('POST', '/v1/keys', { headers, body: { name, role } });
  expect(status, JSON.stringify(body)).toBe(201);
  return String(body['key']);
}

describe('roles', () => {
  const endpoints: [string, Endpoint, Role][] = Object.entries<Endpoint>(contract).flatMap(
    ([name, endpoint]) => ROLES.map((role): [string, Endpoint, Role] => [name, endpoint, role]),
  );

  it.each(endpoints)('of %s: %s', async (_name, { method, path, role: needed }, role) => {
    const address = path.replaceAll(/\{\w+\}/g, UUID);
    // A parameter that no endpoint has: those who may ask are told so, and nothing is done.
    const answer = await api.send(method.toUpperCase(), `${address}?unheard=of`, {
      headers: { ...as(role), 'content-type': 'application/json' },
      ...(method === 'get' ? {} : { body: { unheard: 'of' } }),
    });
    const isAllowed = needed === null || ROLES.indexOf(role) >= ROLES.indexOf(needed);
    if (isAllowed) expect([400, 404]).toContain(answer.status);
    else {
      expect(answer.status).toBe(403);
      expect(answer.body).toMatchObject({
        type: '/problems/forbidden',
        detail: `This needs the role ${needed}; the key has the role ${role}`,
      });
    }
  });
});

describe('keys of the table', () => {
  it('are shown once, work at once, and are stored as a hash', async () => {
    const key = await makeKey(api, 'admin-key', 'nina', 'operator');
    const paused = await api.send('POST', '/v1/schedule/pause', {
      headers: bearer(key),
      body: { reason: 'test' },
    });
    expect(paused.status).toBe(200);
    expect(paused.body).toMatchObject({ paused: { by: 'nina' } });
    await api.send('POST', '/v1/schedule/resume', { headers: bearer(key) });
    const rows = await api.db.execute(sql`select * from api_keys where name = 'nina'`);
    expect(rows.rows[0]).toMatchObject({ key_hash: hashSecret(key), created_by: 'ada' });
    expect(JSON.stringify(rows.rows)).not.toContain(key);
    const listed = await api.send('GET', '/v1/keys', { headers: as('admin') });
    expect(listed.body.data).toContainEqual(expect.objectContaining({ name: 'nina', role: 'operator' }));
    expect(JSON.stringify(listed.body)).not.toMatch(new RegExp(`${key}|${hashSecret(key)}`));
    expect(await readAudit(api.db, 'nina')).toEqual([
      { actor: 'ada', action: 'key_create', detail: { role: 'operator', reason: null } },
    ]);
  });

  it('are refused from the moment they are revoked, and their name is free again', async () => {
    const key = await makeKey(api, 'admin-key', 'rita', 'viewer');
    const twice = await api.send('POST', '/v1/keys', {
      headers: as('admin'),
      body: { name: 'rita', role: 'viewer' },
    });
    expect([twice.status, twice.body['type']]).toEqual([409, '/problems/key-exists']);
    expect((await api.send('GET', '/v1/schedule', { headers: bearer(key) })).status).toBe(200);
    const revoked = await api.send('DELETE', '/v1/keys/rita', { headers: as('admin') });
    expect(revoked.body).toMatchObject({ name: 'rita', role: 'viewer' });
    expect((await api.send('GET', '/v1/schedule', { headers: bearer(key) })).status).toBe(401);
    expect((await api.send('DELETE', '/v1/keys/rita', { headers: as('admin') })).status).toBe(404);
    const next = await makeKey(api, 'admin-key', 'rita', 'operator');
    expect((await api.send('GET', '/v1/audit', { headers: bearer(next) })).status).toBe(200);
    expect((await readAudit(api.db, 'rita')).map(({ action }) => action)).toEqual([
      'key_create',
      'key_revoke',
      'key_create',
    ]);
  });

  it('are listed page by page', async () => {
    for (const name of ['p1', 'p2', 'p3']) await makeKey(api, 'admin-key', name, 'viewer');
    const names: unknown[] = [];
    let cursor: string | null = null;
    do {
      const path: string = `/v1/keys?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`;
      const { body } = await api.send('GET', path, { headers: as('admin') });
      names.push(...body.data.map(({ name }) => name));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(names.map(String).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(names);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['p1', 'p2', 'p3']));
  });

  it('lock an API that was open, which is why the first and the last must be those of an admin', async () => {
    expect((await fresh.send('GET', '/v1/schedule')).status).toBe(200);
    const viewer = await fresh.send('POST', '/v1/keys', { body: { name: 'vera', role: 'viewer' } });
    expect([viewer.status, viewer.body['type']]).toEqual([409, '/problems/no-admin-left']);
    const key = await makeKey(fresh, null, 'ada', 'admin');
    expect((await fresh.send('GET', '/v1/schedule')).status).toBe(401);
    expect((await fresh.send('GET', '/v1/schedule', { headers: bearer(key) })).status).toBe(200);
    const last = await fresh.send('DELETE', '/v1/keys/ada', { headers: bearer(key) });
    expect([last.status, last.body['type']]).toEqual([409, '/problems/no-admin-left']);
    await makeKey(fresh, key, 'eve', 'admin');
    expect((await fresh.send('DELETE', '/v1/keys/ada', { headers: bearer(key) })).status).toBe(200);
    expect((await fresh.send('GET', '/v1/schedule', { headers: bearer(key) })).status).toBe(401);
  });
});

describe('GET /v1/audit', () => {
  it('tells who did what, with the actor of the request beside that of the key', async () => {
    const since = new Date().toISOString();
    const run = await api.send('POST', '/v1/runs', {
      headers: as('operator'),
      body: { partition: '2022-06-30' },
    });
    const change = { actor: 'trader', reason: 'wrong day' };
    await api.send('POST', `/v1/runs/${run.body.id}/cancel`, { headers: as('operator'), body: change });
    const backfill = await api.send('POST', '/v1/backfills', {
      headers: as('admin'),
      body: { from: '2022-06-01', to: '2022-06-30' },
    });
    const { body } = await api.send('GET', `/v1/audit?from=${since}`, { headers: as('operator') });
    expect(body.data).toMatchObject([
      {
        actor: 'ada',
        action: 'backfill_create',
        subject: backfill.body.id,
        detail: { slice: 'month', runs: 1 },
      },
      {
        actor: 'otto',
        action: 'run_cancel',
        subject: run.body.id,
        detail: { from: 'planned', reason: 'wrong day', onBehalfOf: 'trader', tasks: 14 },
      },
      { actor: 'otto', action: 'run_create', subject: run.body.id, detail: { partition: '2022-06-30' } },
    ]);
    const ofOtto = await api.send('GET', `/v1/audit?actor=otto&subject=${run.body.id}&limit=1`, {
      headers: as('operator'),
    });
    expect(ofOtto.body.data).toHaveLength(1);
    const rest = await api.send(
      'GET',
      `/v1/audit?actor=otto&subject=${run.body.id}&cursor=${ofOtto.body.nextCursor}`,
      { headers: as('operator') },
    );
    expect(rest.body.data).toMatchObject([{ action: 'run_create' }]);
    expect(rest.body.nextCursor).toBeNull();
    const none = await api.send('GET', `/v1/audit?action=run_create&to=${since}`, {
      headers: as('operator'),
    });
    expect(none.body.data).toEqual([]);
  });

  it('has no row for a dry run, nor for a request that came again', async () => {
    const body = { from: '2022-05-02', to: '2022-05-31' };
    const headers = { ...as('operator'), 'idempotency-key': 'once' };
    await api.send('POST', '/v1/backfills', { headers: as('operator'), body: { ...body, dryRun: true } });
    const first = await api.send('POST', '/v1/backfills', { headers, body });
    await api.send('POST', '/v1/backfills', { headers, body });
    const rows = await api.db.execute(
      sql`select subject from audit_log where detail ->> 'from' = '2022-05-02'`,
    );
    expect(rows.rows).toEqual([{ subject: first.body.id }]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { createClient } from '../../../shared/client/client.ts';
import { contract } from '../../../shared/contract/contract.ts';
import type { Endpoint } from '../../../shared/contract/endpoint.ts';
import { startApi, type RunningApi } from './running-api.ts';

let api: RunningApi;
let guarded: RunningApi;

beforeAll(async () => {
  api = await startApi();
  guarded = await startApi({ keys: ['only-key'] });
});
afterAll(async () => {
  await api.close();
  await guarded.close();
});

const ENDPOINTS = Object.entries<Endpoint>(contract);
const PATHS = [...Map.groupBy(ENDPOINTS, ([, { path }]) => path)];

/** Values that the parameters of paths may have. */
const PARAMS: Readonly<Record<string, string>> = {
  id: '00000000-0000-4000-8000-000000000000',
  key: 'bronze_fred',
  agent: 'agent_fiscal',
  name: 'internal',
  partition: '2022-01-10',
};

/** An address that an endpoint may have. Ids differ in kind: the first enumerated one is taken where there is a list of them. */
function addressOf({ path, params }: Endpoint): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = params?.shape[name] as z.ZodType & { readonly options?: readonly string[] };
    const candidates = [schema.options?.[0], PARAMS[name], '1', name];
    return candidates.find((candidate) => schema.safeParse(candidate).success) ?? name;
  });
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
interface Operation {
  readonly operationId: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
  }[];
  readonly responses: Readonly<Record<string, unknown>>;
}

async function readDocument(): Promise<OpenApi> {
  return (await guarded.send('GET', '/openapi.json')).body as unknown as OpenApi;
}

describe('GET /openapi.json', () => {
  it('describes exactly the endpoints of the contract, and needs no key', async () => {
    const { openapi, paths } = await readDocument();
    expect(openapi).toBe('3.1.0');
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId }]) => [operationId, method, path]),
    );
    const declared = ENDPOINTS.map(([name, { method, path }]) => [name, method, path]);
    expect(described).toHaveLength(declared.length);
    expect(described).toEqual(expect.arrayContaining(declared));
  });

  it.each(ENDPOINTS)('describes the parameters and the answers of %s', async (name, endpoint) => {
    const { [endpoint.path]: operations } = (await readDocument()).paths;
    const operation = operations?.[endpoint.method];
    const declared = [endpoint.params, endpoint.query, endpoint.headers].flatMap((part) =>
      Object.keys(part?.shape ?? {}),
    );
    expect(operation?.operationId).toBe(name);
    expect((operation?.parameters ?? []).map((parameter) => parameter.name)).toEqual(declared);
    expect(operation?.security).toEqual(endpoint.role === null ? [] : [{ key: [] }]);
    const statuses = Object.keys(operation?.responses ?? {});
    expect(statuses).toEqual(expect.arrayContaining([...Object.keys(endpoint.answers), '400', '500']));
    if (endpoint.role !== null) expect(statuses).toEqual(expect.arrayContaining(['401', '429', '503']));
    if (endpoint.body !== undefined) expect(statuses).toEqual(expect.arrayContaining(['413', '415']));
  });
});

describe('every endpoint', () => {
  it.each(ENDPOINTS)('%s refuses a parameter that it does not have, by name', async (_name, endpoint) => {
    const { status, body } = await api.send(
      endpoint.method.toUpperCase(),
      `${addressOf(endpoint)}?surprise=1`,
    );
    expect([status, body.errors]).toEqual([
      400,
      expect.arrayContaining([{ parameter: 'surprise', detail: 'unknown field' }]),
    ]);
  });

  it.each(ENDPOINTS.filter(([, { role }]) => role !== null))('%s needs a key', async (_name, endpoint) => {
    const { status } = await guarded.send(endpoint.method.toUpperCase(), addressOf(endpoint));
    expect(status).toBe(401);
  });

  it.each(ENDPOINTS.filter(([, { params }]) => params !== undefined))(
    '%s says that there is nothing at an address that cannot exist',
    async (_name, endpoint) => {
      const address = endpoint.path.replaceAll(/\{\w+\}/g, 'NO%20SUCH');
      const { status, body } = await api.send(endpoint.method.toUpperCase(), address);
      expect(status).toBe(404);
      expect(body['detail']).toMatch(/^There is no .*NO SUCH/);
    },
  );

  it.each(ENDPOINTS.filter(([, { query }]) => query !== undefined && 'cursor' in query.shape))(
    '%s refuses what is no cursor of its own',
    async (_name, endpoint) => {
      for (const cursor of ['', 'W10', 'WyIAIl0', 'bnVsbA', '%00', '\uD83D', 'W1tdXQ', 'x'.repeat(501)]) {
        const query = new URLSearchParams({ cursor });
        const { status, body } = await api.send('GET', `${addressOf(endpoint)}?${query.toString()}`);
        expect(status).toBe(400);
        expect(body.errors.map(({ parameter }) => parameter)).toContain('cursor');
      }
    },
  );

  it.each(ENDPOINTS.filter(([, { body }]) => body !== undefined))(
    '%s refuses a body that is no object of JSON',
    async (_name, endpoint) => {
      const send = (body: string, type: string) =>
        api.send(endpoint.method.toUpperCase(), addressOf(endpoint), {
          body,
          headers: { 'content-type': type },
        });
      expect((await send('[]', 'application/json')).status).toBe(400);
      expect((await send('{', 'application/json')).status).toBe(400);
      expect((await send('{}', 'text/plain')).status).toBe(415);
      expect((await send(JSON.stringify({ x: 'y'.repeat(103_000) }), 'application/json')).status).toBe(413);
      const unknown = await send('{"surprise":1}', 'application/json');
      expect(unknown.status).toBe(400);
      expect(unknown.body.errors.map(({ pointer }) => pointer)).toContain('#/surprise');
    },
  );
});

describe('every address', () => {
  it.each(PATHS)('%s refuses the methods that it does not have', async (_path, served) => {
    const methods = served.map(([, { method }]) => method.toUpperCase());
    const [first] = served;
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      if (methods.includes(method) || first === undefined) continue;
      const { status, headers } = await api.send(method, addressOf(first[1]));
      expect([method, status]).toEqual([method, 405]);
      expect(headers.get('allow')).toBe(methods.toSorted().join(', '));
    }
  });
});

describe('an address that cannot exist', () => {
  it.each([
    ['/v1/curves/NOPE', /^There is no curve id NOPE: the ids are DI_PRE, /],
    ['/v1/backfills/7', /^There is no backfill 7$/],
    ['/v1/reports/silver_macro', /^There is no agent silver_macro$/],
    ['/v1/series/a%20b', /^There is no series a b$/],
  ])('%s says what there is not', async (path, detail) => {
    expect((await api.send('GET', path)).body['detail']).toMatch(detail);
  });
});

describe('text that the database cannot keep', () => {
  it.each(['\0', 'half of \uD83D a character', '   '])('is refused as a reason: %j', async (reason) => {
    const { status, body } = await api.send('POST', '/v1/schedule/pause', { body: { reason } });
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }) => pointer)).toContain('#/reason');
  });
});

describe('the client', () => {
  it('sends what the contract takes, and gives its answers with their types', async () => {
    const client = createClient({ baseUrl: guarded.url, apiKey: 'only-key' });
    const accepted = await client.createBackfill({
      body: { from: '2022-06-01', to: '2022-06-30', assets: ['bronze_fred'] },
      headers: { 'Idempotency-Key': 'from-the-client' },
    });
    if (!('id' in accepted)) throw new Error('A plan came for a backfill');
    const backfill = await client.getBackfill({ params: { id: accepted.id } });
    expect(backfill).toMatchObject({ id: accepted.id, state: 'planned', assets: ['bronze_fred'] });
    const cancelled = await client.cancelBackfill({
      params: { id: accepted.id },
      body: { reason: 'not needed any more' },
    });
    expect(cancelled.state).toBe('cancelled');
    const { data } = await client.listRuns({ query: { backfillId: accepted.id, limit: 5 } });
    expect(data.map(({ state }) => state)).toEqual(['cancelled']);
  });

  it('throws the problem that the API answers with', async () => {
    const client = createClient({ baseUrl: guarded.url, apiKey: 'only-key' });
    const wrong = client.listPartitions({ query: { from: '2022-06-30', to: '2022-06-01' } });
    await expect(wrong).rejects.toMatchObject({
      name: 'ApiError',
      status: 400,
      problem: { type: '/problems/invalid-request', errors: [{ parameter: 'to', detail: 'is before from' }] },
    });
    const stranger = createClient({ baseUrl: guarded.url, apiKey: 'another' });
    await expect(stranger.listRuns()).rejects.toMatchObject({ status: 401 });
  });
});

describe('GET /docs', () => {
  const get = (path: string) => fetch(`${guarded.url}${path}`);

  it('is a page that loads its scripts and styles from this server only', async () => {
    const page = await get('/docs');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self';");
    const html = await page.text();
    const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(loaded.length).toBeGreaterThan(3);
    expect(html).not.toMatch(/<script>|<style| on\w+=/);
    for (const address of loaded) {
      const { status, headers } = await get(address);
      expect([address, status]).toEqual([address, 200]);
      if (!address.endsWith('start.js')) expect(headers.get('cache-control')).toBe('public, max-age=86400');
    }
  });

  it('has nothing else of the package', async () => {
    expect((await get('/docs/package.json')).status).toBe(401);
    expect((await get('/docs/..%2Fpackage.json')).status).toBe(401);
  });
});

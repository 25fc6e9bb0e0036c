import { inventApiKey } from '../../shared/api-key.ts';
import * as endpoints from '../../shared/contract/keys.ts';
import { toPage } from '../../shared/contract/cursor.ts';
import { createKey, listKeys, NoAdminLeftError, revokeKey } from '../../shared/db/api-keys.ts';
import { nameOrigin } from './change-origin.ts';
import type { ApiContext } from './context.ts';
import { notFound, ProblemError } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

function explainLockOut(error: unknown): never {
  if (error instanceof NoAdminLeftError) throw new ProblemError('no-admin-left', error.message);
  throw error;
}

/** `/keys`: who may do what. */
export function keyRoutes({ db, log, config }: ApiContext): Route[] {
  const adminIsConfigured = config.API_KEYS.some(({ role }) => role === 'admin');
  return [
    serveEndpoint(endpoints.createKey, async ({ body }, { principal }) => {
      const origin = nameOrigin(body, principal);
      const { name, role } = body;
      const { key, hash } = inventApiKey();
      const created = await createKey(db, { name, role, hash }, { origin, adminIsConfigured }).catch(
        explainLockOut,
      );
      if (created === null) throw new ProblemError('key-exists', `There is a key of ${name} already`);
      log.info({ name, role, ...origin }, 'key made');
      return {
        status: 201,
        body: { ...created, key },
        headers: { Location: `/v1/keys/${encodeURIComponent(name)}` },
      };
    }),
    serveEndpoint(endpoints.listKeys, async ({ query: { limit, cursor } }) => ({
      status: 200,
      body: toPage(
        await listKeys(db, { after: cursor?.[0], limit: limit + 1 }),
        limit,
        (key) => key,
        ({ name }) => [name],
      ),
    })),
    serveEndpoint(endpoints.revokeKey, async ({ params: { name } }, { principal }) => {
      const origin = nameOrigin({}, principal);
      const revoked = await revokeKey(db, name, { origin, adminIsConfigured }).catch(explainLockOut);
      if (revoked === null) throw notFound(`There is no key of ${name}`);
      log.info({ name, ...origin }, 'key revoked');
      return { status: 200, body: revoked };
    }),
  ];
}

import * as endpoints from '../../shared/contract/checks.ts';
import { toPage } from '../../shared/contract/cursor.ts';
import { listKeys } from '../../shared/connectors/registry.ts';
import { createOverride } from '../../shared/db/check-overrides.ts';
import { listCheckResults } from '../../shared/db/checks.ts';
import { assetOf } from '../../shared/pipeline/providers.ts';
import { nameOrigin } from './change-origin.ts';
import type { ApiContext } from './context.ts';
import { notFound } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

const keys = new Map(listKeys().map((key) => [key.key, key]));

function findKey(name: string): ReturnType<typeof listKeys>[number] {
  const key = keys.get(name);
  if (key === undefined) throw notFound(`The registry has no key ${name}`);
  return key;
}

/** `/checks`: what the checks of bronze found, and decisions to take what one of them holds back. */
export function checkRoutes({ db, log }: ApiContext): Route[] {
  return [
    serveEndpoint(endpoints.listChecks, async ({ query: { limit, cursor, ...filter } }) => {
      if (filter.key !== undefined) findKey(filter.key);
      const rows = await listCheckResults(db, { ...filter, before: cursor?.[0], limit: limit + 1 });
      const page = toPage(
        rows,
        limit,
        (row) => row,
        ({ id }) => [id],
      );
      return { status: 200, body: page };
    }),
    serveEndpoint(endpoints.createOverride, async ({ body: wanted }, { principal }) => {
      const { provider } = findKey(wanted.key);
      const origin = nameOrigin(wanted, principal);
      const { actor } = origin;
      const { id, windows, heldDates } = await createOverride(db, {
        ...wanted,
        ...origin,
        reason: wanted.reason,
        provider,
      });
      log.info({ overrideId: id, key: wanted.key, check: wanted.check, actor }, 'check overridden');
      return { status: 201, body: { id, ...wanted, actor, asset: assetOf(provider), heldDates, windows } };
    }),
  ];
}

import { Router } from 'express';
import { z } from 'zod';
import { CHECK_NAMES, CHECKS, type CheckName } from '../../shared/checks/catalog.ts';
import { listKeys } from '../../shared/connectors/registry.ts';
import { createOverride } from '../../shared/db/check-overrides.ts';
import { listCheckResults } from '../../shared/db/checks.ts';
import { graph, type BronzeName } from '../../shared/pipeline/graph.ts';
import { assetOf } from '../../shared/pipeline/providers.ts';
import { principalOf } from './authorization.ts';
import { nameOrigin } from './change-origin.ts';
import type { ApiContext } from './context.ts';
import { cursorOf, toPage } from '../../shared/contract/cursor.ts';
import {
  dayRangeShape,
  daySchema,
  isAscending,
  limitSchema,
  NOT_ASCENDING,
  parseBody,
  parseQuery,
} from './input.ts';
import { allowOnly } from './problem.ts';

const bronzeNames = graph.names.filter((name): name is BronzeName => graph.assets[name].layer === 'bronze');
const blockingNames = CHECK_NAMES.filter((name) => CHECKS[name].severity === 'block');
const keys = new Map(listKeys().map((key) => [key.key, key]));

const keySchema = z.string().refine((key) => keys.has(key), { error: 'is no registered key' });

const querySchema = z
  .strictObject({
    ...dayRangeShape,
    key: keySchema.optional(),
    asset: z.enum(bronzeNames as [BronzeName, ...BronzeName[]]).optional(),
    status: z.enum(['passed', 'failed', 'overridden']).optional(),
    severity: z.enum(['block', 'warn']).optional(),
    limit: limitSchema(100, 1_000),
    cursor: cursorOf(z.tuple([z.int().min(1)])).optional(),
  })
  .refine(isAscending, NOT_ASCENDING);

const overrideSchema = z
  .strictObject({
    key: keySchema,
    check: z.enum(blockingNames as [CheckName, ...CheckName[]], {
      error: `expected a check that blocks: ${blockingNames.join(', ')}`,
    }),
    from: daySchema,
    to: daySchema,
    reason: z.string().trim().min(1).max(2_000),
    // The keys of the API are secrets without a name: who decides has to say so.
    actor: z.string().trim().min(1).max(200),
  })
  .refine(isAscending, NOT_ASCENDING);

/** `/checks`: what the checks of bronze found, and decisions to take what one of them holds back. */
export function routeChecks({ db, log }: ApiContext): Router {
  const router = Router();
  router
    .route('/checks')
    .get(async (request, response) => {
      const { limit, cursor, ...filter } = parseQuery(request, querySchema);
      const rows = await listCheckResults(db, { ...filter, before: cursor?.[0], limit: limit + 1 });
      response.json(
        toPage(
          rows,
          limit,
          (row) => row,
          ({ id }) => [id],
        ),
      );
    })
    .all(allowOnly('GET'));
  router
    .route('/checks/overrides')
    .post(async (request, response) => {
      const wanted = parseBody(request, overrideSchema);
      const { provider } = keys.get(wanted.key) ?? {};
      if (provider === undefined) throw new Error(`${wanted.key} has no provider`);
      const origin = nameOrigin(wanted, principalOf(response));
      const { id, windows, heldDates } = await createOverride(db, {
        ...wanted,
        ...origin,
        reason: wanted.reason,
        provider,
      });
      log.info(
        { overrideId: id, key: wanted.key, check: wanted.check, actor: origin.actor },
        'check overridden',
      );
      response
        .status(201)
        .json({ id, ...wanted, actor: origin.actor, asset: assetOf(provider), heldDates, windows });
    })
    .all(allowOnly('POST'));
  return router;
}

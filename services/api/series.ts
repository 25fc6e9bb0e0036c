import { Router } from 'express';
import { z } from 'zod';
import { findSeries, hasSingleValues, listObservations, listSeries } from '../../shared/db/series-view.ts';
import type { ApiContext } from './context.ts';
import { cursorOf, toPage } from './cursor.ts';
import {
  asOfSchema,
  dayRangeShape,
  daySchema,
  isAscending,
  limitSchema,
  NOT_ASCENDING,
  parseQuery,
} from './input.ts';
import { allowOnly, notFound } from './problem.ts';

const listSchema = z.strictObject({
  limit: limitSchema(500, 1_000),
  cursor: cursorOf(z.tuple([z.string().max(100)])).optional(),
});

const observationsSchema = z
  .strictObject({
    ...dayRangeShape,
    asOf: asOfSchema.optional(),
    vintages: z.enum(['latest', 'all']).default('latest'),
    limit: limitSchema(1_000, 10_000),
    cursor: cursorOf(z.tuple([daySchema, z.int().min(0).max(1_000_000)])).optional(),
  })
  .refine(isAscending, NOT_ASCENDING);

const KEY_PATTERN = /^[\w.-]{1,100}$/;

/** `/series`: the registry, and its values as they were known at a moment. */
export function routeSeries({ db, now }: ApiContext): Router {
  const router = Router();
  router
    .route('/series')
    .get(async (request, response) => {
      const { limit, cursor } = parseQuery(request, listSchema);
      const rows = await listSeries(db, { after: cursor?.[0] ?? '', limit: limit + 1 });
      response.json(
        toPage(
          rows,
          limit,
          (view) => view,
          ({ key }) => [key],
        ),
      );
    })
    .all(allowOnly('GET'));
  router
    .route('/series/:key/observations')
    .get(async (request, response) => {
      const { asOf = now(), vintages, cursor, limit, ...range } = parseQuery(request, observationsSchema);
      const { key } = request.params;
      const view = KEY_PATTERN.test(key) ? await findSeries(db, key) : null;
      if (view === null) throw notFound(`There is no series ${key}`);
      if (!hasSingleValues(view))
        throw notFound(`${key} is a curve and has no single values: see /v1/curves`);
      const filter = { ...range, asOf, everyVintage: vintages === 'all', after: cursor, limit: limit + 1 };
      const rows = await listObservations(db, view, filter);
      response.json(
        toPage(
          rows,
          limit,
          (observation) => observation,
          ({ observationDate, revision }) => [observationDate, revision],
        ),
      );
    })
    .all(allowOnly('GET'));
  return router;
}

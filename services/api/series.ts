import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { Database } from '../../shared/db/client.ts';
import {
  findSeries,
  hasSingleValues,
  listObservations,
  listSeries,
  type ObservationView,
  type SeriesView,
} from '../../shared/db/series-view.ts';
import { findSilverKey, listSilverValues, type SilverValueView } from '../../shared/db/silver-view.ts';
import { toIso } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { cursorOf, toPage } from '../../shared/contract/cursor.ts';
import { formatSchema } from '../../shared/contract/formats.ts';
import {
  asOfSchema,
  dayRangeShape,
  daySchema,
  isAscending,
  limitSchema,
  NOT_ASCENDING,
  parseQuery,
} from './input.ts';
import { allowOnly, notFound, ProblemError } from './problem.ts';
import { nameTable, sendTable } from './tables.ts';

const listSchema = z.strictObject({
  limit: limitSchema(500, 1_000),
  cursor: cursorOf(z.tuple([z.string().max(100)])).optional(),
});

const valuesShape = {
  ...dayRangeShape,
  asOf: asOfSchema.optional(),
  vintages: z.enum(['latest', 'all']).default('latest'),
  format: formatSchema,
  limit: limitSchema(1_000, 10_000),
};

const observationsSchema = z
  .strictObject({
    ...valuesShape,
    cursor: cursorOf(z.tuple([daySchema, z.int().min(0).max(1_000_000)])).optional(),
  })
  .refine(isAscending, NOT_ASCENDING);

/** Last moment that a cursor may name: the year 2200. */
const LAST_MOMENT = Date.parse('2200-01-01');

const silverSchema = z
  .strictObject({
    ...valuesShape,
    transform: z.string().max(100),
    cursor: cursorOf(z.tuple([daySchema, z.int().min(0).max(LAST_MOMENT)])).optional(),
  })
  .refine(isAscending, NOT_ASCENDING);

/** A key of the registry, a derived series, or a pair of instruments. */
const KEY_PATTERN = /^[\w.~-]{1,100}$/;

async function findKey(db: Database, key: string): Promise<SeriesView | null> {
  return KEY_PATTERN.test(key) ? findSeries(db, key) : null;
}

const noSeries = (key: string): ProblemError => notFound(`There is no series ${key}`);

const OBSERVATION_COLUMNS = {
  key: 'text',
  observationDate: 'day',
  value: 'number',
  unit: 'text',
  revision: 'integer',
  releaseTime: 'moment',
  releaseTimeBasis: 'text',
  vintageBasis: 'text',
} as const;

const DERIVED_COLUMNS = {
  key: 'text',
  transform: 'text',
  observationDate: 'day',
  period: 'text',
  value: 'number',
  unit: 'text',
  knownAt: 'moment',
  reason: 'text',
  flags: 'list',
  inputs: 'text',
} as const;

type SeriesRequest = Request<{ key: string }>;

/** Values as their provider published them. */
async function answerObservations({ db, now }: ApiContext, request: SeriesRequest, response: Response) {
  const { asOf = now(), vintages, cursor, limit, format, ...range } = parseQuery(request, observationsSchema);
  const { key } = request.params;
  const view = await findKey(db, key);
  if (view === null) {
    const derived = KEY_PATTERN.test(key) ? await findSilverKey(db, key) : null;
    if (derived === null) throw noSeries(key);
    throw notFound(
      `${key} is derived and has no published values: ask for a transform, ${listNames(derived)}`,
    );
  }
  if (!hasSingleValues(view)) throw notFound(`${key} is a curve and has no single values: see /v1/curves`);
  const filter = { ...range, asOf, everyVintage: vintages === 'all' };
  if (format === 'json') {
    const page = toPage(
      await listObservations(db, view, { ...filter, after: cursor, limit: limit + 1 }),
      limit,
      (observation) => observation,
      ({ observationDate, revision }) => [observationDate, revision],
    );
    response.json(page);
    return;
  }
  await sendTable(db, response, format, {
    name: nameTable(key, asOf),
    columns: OBSERVATION_COLUMNS,
    listPage: async (tx, last: (ObservationView & { readonly key: string }) | undefined, most) => {
      const after = last && ([last.observationDate, last.revision] as const);
      const rows = await listObservations(tx, view, { ...filter, after, limit: most });
      return rows.map((row) => ({ key, ...row }));
    },
  });
}

function listNames({
  transforms,
}: {
  readonly transforms: readonly { readonly transform: string }[];
}): string {
  return transforms.map(({ transform }) => transform).join(', ');
}

type DerivedRow = SilverValueView & { readonly key: string; readonly transform: string };

/** Values as silver derived them. */
async function answerDerived({ db, now }: ApiContext, request: SeriesRequest, response: Response) {
  const {
    asOf = now(),
    vintages,
    cursor,
    limit,
    format,
    transform,
    ...range
  } = parseQuery(request, silverSchema);
  const { key } = request.params;
  if (!KEY_PATTERN.test(key)) throw noSeries(key);
  const filter = { ...range, transform, asOf, everyVintage: vintages === 'all' };
  if (format !== 'json') {
    await sendTable(db, response, format, {
      name: nameTable(`${key}_${transform}`, asOf),
      columns: DERIVED_COLUMNS,
      listPage: async (tx, last: DerivedRow | undefined, most) => {
        const after = last && ([last.observationDate, Date.parse(last.knownAt)] as const);
        const rows = await listSilverValues(tx, key, { ...filter, after, limit: most });
        if (rows === null) throw await refuseTransform(db, key, transform);
        return rows.map((row) => ({ key, transform, ...row }));
      },
    });
    return;
  }
  const rows = await listSilverValues(db, key, { ...filter, after: cursor, limit: limit + 1 });
  if (rows === null) throw await refuseTransform(db, key, transform);
  const page = toPage(
    rows,
    limit,
    (value) => value,
    ({ observationDate, knownAt }) => [observationDate, Date.parse(knownAt)],
  );
  response.json({ key, transform, asOf: toIso(asOf), ...page });
}

async function refuseTransform(db: Database, key: string, transform: string): Promise<ProblemError> {
  const derived = await findSilverKey(db, key);
  if (derived === null) {
    const view = await findKey(db, key);
    return view === null ? noSeries(key) : notFound(`Silver holds nothing of ${key} yet`);
  }
  const detail = `${key} has no transform ${transform}; it has ${listNames(derived)}`;
  return new ProblemError('invalid-request', detail, [{ parameter: 'transform', detail }]);
}

/** `/series`: the registry, its values as they were known at a moment, and what silver derives from them. */
export function routeSeries(context: ApiContext): Router {
  const { db } = context;
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
    .route('/series/:key')
    .get(async (request, response) => {
      const { key } = request.params;
      const view = await findKey(db, key);
      const derived = KEY_PATTERN.test(key) ? await findSilverKey(db, key) : null;
      if (view === null && derived === null) throw noSeries(key);
      // A registered key keeps the asset that fetches it; a derived one has the asset that makes it.
      response.json({ ...derived, ...view, transforms: derived?.transforms ?? [] });
    })
    .all(allowOnly('GET'));
  router
    .route('/series/:key/observations')
    .get(async (request, response) => {
      const isDerived = request.query['transform'] !== undefined;
      await (isDerived ? answerDerived : answerObservations)(context, request, response);
    })
    .all(allowOnly('GET'));
  return router;
}

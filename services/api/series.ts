import { toPage } from '../../shared/contract/cursor.ts';
import type { Asked } from '../../shared/contract/endpoint.ts';
import * as endpoints from '../../shared/contract/series.ts';
import type { Database, Queryable } from '../../shared/db/client.ts';
import {
  findSeries,
  hasSingleValues,
  listObservations,
  listSeries,
  type ObservationView,
  type SeriesView,
} from '../../shared/db/series-view.ts';
import {
  findSilverKey,
  listDerivedKeys,
  listSilverValues,
  readSilverPoints,
  type SilverFilter,
  type SilverValueView,
} from '../../shared/db/silver-view.ts';
import { toIso } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { notFound, ProblemError } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';
import { defineTable, nameTable, serveTable, type Found, type Table } from './tables.ts';

type AskedValues = Asked<typeof endpoints.listObservations>;
type AskedPoints = Asked<typeof endpoints.getSeriesPoints>;

const noSeries = (key: string): ProblemError => notFound(`There is no series ${key}`);

type KeyedObservation = ObservationView & { readonly key: string };
type KeyedValue = SilverValueView & { readonly key: string; readonly transform: string };

const OBSERVATION_COLUMNS = {
  key: 'text',
  observationDate: 'day',
  value: 'number',
  unit: 'text',
  revision: 'integer',
  releaseTime: 'moment',
  releaseTimeBasis: 'text',
  vintageBasis: 'text',
} as const satisfies Table<KeyedObservation>['columns'];

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
} as const satisfies Table<KeyedValue>['columns'];

/** A key that has values as their provider published them. */
async function findPublished(db: Database, key: string): Promise<SeriesView> {
  const view = await findSeries(db, key);
  if (view === null) {
    const derived = await findSilverKey(db, key);
    if (derived === null) throw noSeries(key);
    throw notFound(
      `${key} is derived and has no published values: ask for a transform, ${listNames(derived)}`,
    );
  }
  if (!hasSingleValues(view)) throw notFound(`${key} is a curve and has no single values: see /v1/curves`);
  return view;
}

/** Values as their provider published them. */
async function findObservations({ db, now }: ApiContext, key: string, query: AskedValues['query']) {
  const { from, to, asOf = now(), vintages, cursor, limit } = query;
  const view = await findPublished(db, key);
  const filter = { from, to, asOf, everyVintage: vintages === 'all' };
  const table = defineTable<KeyedObservation>({
    name: nameTable(key, asOf),
    columns: OBSERVATION_COLUMNS,
    async listPage(tx, last, most) {
      const after = last && ([last.observationDate, last.revision] as const);
      const rows = await listObservations(tx, view, { ...filter, after, limit: most });
      return rows.map((row) => ({ key, ...row }));
    },
  });
  return {
    table,
    page: async () =>
      toPage(
        await listObservations(db, view, { ...filter, after: cursor, limit: limit + 1 }),
        limit,
        (observation) => observation,
        ({ observationDate, revision }) => [observationDate, revision],
      ),
  };
}

function listNames({
  transforms,
}: {
  readonly transforms: readonly { readonly transform: string }[];
}): string {
  return transforms.map(({ transform }) => transform).join(', ');
}

/** Values as silver derived them. */
async function findDerived(
  { db, now }: ApiContext,
  key: string,
  transform: string,
  { from, to, asOf = now(), vintages, cursor, limit }: AskedValues['query'],
) {
  const filter = { from, to, transform, asOf, everyVintage: vintages === 'all' };
  const list = async (tx: Queryable, after: SilverFilter['after'], most: number) => {
    const rows = await listSilverValues(tx, key, { ...filter, after, limit: most });
    if (rows === null) throw await refuseTransform(db, key, transform);
    return rows;
  };
  const table = defineTable<KeyedValue>({
    name: nameTable(`${key}_${transform}`, asOf),
    columns: DERIVED_COLUMNS,
    async listPage(tx, last, most) {
      const after = last && ([last.observationDate, Date.parse(last.knownAt)] as const);
      return (await list(tx, after, most)).map((row) => ({ key, transform, ...row }));
    },
  });
  return {
    table,
    async page() {
      const page = toPage(
        await list(db, cursor, limit + 1),
        limit,
        (value) => value,
        ({ observationDate, knownAt }) => [observationDate, Date.parse(knownAt)],
      );
      return { key, transform, asOf: toIso(asOf), ...page };
    },
  };
}

async function refuseTransform(db: Database, key: string, transform: string): Promise<ProblemError> {
  const derived = await findSilverKey(db, key);
  if (derived === null) {
    const view = await findSeries(db, key);
    return view === null ? noSeries(key) : notFound(`Silver holds nothing of ${key} yet`);
  }
  const detail = `${key} has no transform ${transform}; it has ${listNames(derived)}`;
  return new ProblemError('invalid-request', detail, [{ parameter: 'transform', detail }]);
}

/** Date and value of everything that silver derived under one transform. */
async function readPoints({ db, now }: ApiContext, { params: { key }, query }: AskedPoints) {
  const { asOf = now(), ...rest } = query;
  const found = await readSilverPoints(db, key, { ...rest, asOf });
  if (found === null) throw await refuseTransform(db, key, query.transform);
  return { key, transform: query.transform, asOf: toIso(asOf), ...found };
}

/** A key of the registry, or one that only silver has, with what is derived from it. */
async function describeSeries(db: Database, key: string) {
  const view = await findSeries(db, key);
  const derived = await findSilverKey(db, key);
  if (view !== null) return { ...view, transforms: derived?.transforms ?? [] };
  if (derived === null) throw noSeries(key);
  return derived;
}

/** `/series`: the registry, its values as they were known at a moment, and what silver derives from them. */
export function seriesRoutes(context: ApiContext): Route[] {
  const { db } = context;
  return [
    serveEndpoint(endpoints.listSeries, async ({ query: { limit, cursor } }) => {
      const rows = await listSeries(db, { after: cursor?.[0] ?? '', limit: limit + 1 });
      const page = toPage(
        rows,
        limit,
        (view) => view,
        ({ key }) => [key],
      );
      return { status: 200, body: page };
    }),
    serveEndpoint(endpoints.listDerivedSeries, async () => ({
      status: 200,
      body: { data: await listDerivedKeys(db), nextCursor: null },
    })),
    serveEndpoint(endpoints.getSeries, async ({ params: { key } }) => ({
      status: 200,
      body: await describeSeries(db, key),
    })),
    serveEndpoint(endpoints.getSeriesPoints, async (asked) => ({
      status: 200,
      body: await readPoints(context, asked),
    })),
    serveTable(
      db,
      endpoints.listObservations,
      ({ params: { key }, query }): Promise<Found<typeof endpoints.listObservations>> =>
        query.transform === undefined
          ? findObservations(context, key, query)
          : findDerived(context, key, query.transform, query),
    ),
  ];
}

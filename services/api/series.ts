import { toPage } from '../../shared/contract/cursor.ts';
import type { Asked } from '../../shared/contract/endpoint.ts';
import * as endpoints from '../../shared/contract/series.ts';
import type { Database } from '../../shared/db/client.ts';
import { findSeries, hasSingleValues, listObservations, listSeries } from '../../shared/db/series-view.ts';
import { findSilverKey, listSilverValues } from '../../shared/db/silver-view.ts';
import { toIso } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { notFound, ProblemError } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

type AskedValues = Asked<typeof endpoints.listObservations>;

const noSeries = (key: string): ProblemError => notFound(`There is no series ${key}`);

/** Values as their provider published them. */
async function answerObservations({ db, now }: ApiContext, key: string, query: AskedValues['query']) {
  const { from, to, asOf = now(), vintages, cursor, limit } = query;
  const view = await findSeries(db, key);
  if (view === null) {
    const derived = await findSilverKey(db, key);
    if (derived === null) throw noSeries(key);
    throw notFound(
      `${key} is derived and has no published values: ask for a transform, ${listNames(derived)}`,
    );
  }
  if (!hasSingleValues(view)) throw notFound(`${key} is a curve and has no single values: see /v1/curves`);
  const filter = { from, to, asOf, everyVintage: vintages === 'all', after: cursor, limit: limit + 1 };
  return toPage(
    await listObservations(db, view, filter),
    limit,
    (observation) => observation,
    ({ observationDate, revision }) => [observationDate, revision],
  );
}

function listNames({
  transforms,
}: {
  readonly transforms: readonly { readonly transform: string }[];
}): string {
  return transforms.map(({ transform }) => transform).join(', ');
}

/** Values as silver derived them. */
async function answerDerived(
  { db, now }: ApiContext,
  key: string,
  transform: string,
  { from, to, asOf = now(), vintages, cursor, limit }: AskedValues['query'],
) {
  const filter = {
    from,
    to,
    transform,
    asOf,
    everyVintage: vintages === 'all',
    after: cursor,
    limit: limit + 1,
  };
  const rows = await listSilverValues(db, key, filter);
  if (rows === null) throw await refuseTransform(db, key, transform);
  const page = toPage(
    rows,
    limit,
    (value) => value,
    ({ observationDate, knownAt }) => [observationDate, Date.parse(knownAt)],
  );
  return { key, transform, asOf: toIso(asOf), ...page };
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
    serveEndpoint(endpoints.getSeries, async ({ params: { key } }) => ({
      status: 200,
      body: await describeSeries(db, key),
    })),
    serveEndpoint(endpoints.listObservations, async ({ params: { key }, query }) => ({
      status: 200,
      body: await (query.transform === undefined
        ? answerObservations(context, key, query)
        : answerDerived(context, key, query.transform, query)),
    })),
  ];
}

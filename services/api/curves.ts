import { toPage } from '../../shared/contract/cursor.ts';
import * as endpoints from '../../shared/contract/curves.ts';
import { hasTenor, listCurveTenor, type CurveTenorView } from '../../shared/db/curve-tenor.ts';
import { findCurve, listCurveIds } from '../../shared/db/curve-view.ts';
import { CURVE_CONVENTIONS, type CurveId } from '../../shared/silver/curve-conventions.ts';
import { dayInZone, SAO_PAULO } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { notFound } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';
import { defineTable, nameTable, serveTable, type Table } from './tables.ts';

const COLUMNS = {
  curveId: 'text',
  date: 'day',
  tenor: 'text',
  years: 'number',
  calendarDays: 'integer',
  businessDays: 'integer',
  rate: 'number',
  unit: 'text',
  kind: 'text',
  compounding: 'text',
  dayCount: 'text',
  method: 'text',
  flags: 'list',
  reason: 'text',
  knownAt: 'moment',
  inputs: 'text',
} as const;

type NamedTenor = CurveTenorView & {
  readonly curveId: CurveId;
  readonly tenor: string;
  readonly unit: string;
};

const TENOR_COLUMNS = {
  curveId: 'text',
  tenor: 'text',
  date: 'day',
  rate: 'number',
  unit: 'text',
  method: 'text',
  flags: 'list',
  reason: 'text',
  knownAt: 'moment',
} as const satisfies Table<NamedTenor>['columns'];

/** One tenor by date. */
function tenorRoute({ db, now }: ApiContext): Route {
  return serveTable(db, endpoints.listCurveTenor, async ({ params: { id, tenor }, query }) => {
    const { asOf = now(), cursor, limit, format: _format, ...range } = query;
    if (!(await hasTenor(db, id, tenor))) throw notFound(`The curve ${id} has no tenor ${tenor}`);
    const { unit } = CURVE_CONVENTIONS[id];
    const list = { ...range, asOf };
    return {
      page: async () =>
        toPage(
          await listCurveTenor(db, id, tenor, { ...list, after: cursor?.[0], limit: limit + 1 }),
          limit,
          (row) => ({ ...row, unit }),
          ({ date }) => [date],
        ),
      table: defineTable({
        name: nameTable(`${id}_${tenor}`, asOf),
        columns: TENOR_COLUMNS,
        listPage: async (tx, after: NamedTenor | undefined, most) => {
          const rows = await listCurveTenor(tx, id, tenor, { ...list, after: after?.date, limit: most });
          return rows.map((row) => ({ curveId: id, tenor, unit, ...row }));
        },
      }),
    };
  });
}

/** `/curves`: the newest curve up to a date (today by default), from what was known at a moment. */
export function curveRoutes(context: ApiContext): Route[] {
  const { db, now } = context;
  return [
    tenorRoute(context),
    serveEndpoint(endpoints.listCurves, async () => ({
      status: 200,
      body: { data: (await listCurveIds(db)).map((curveId) => ({ curveId })), nextCursor: null },
    })),
    serveTable(db, endpoints.getCurve, async ({ params: { id }, query }) => {
      const { date = dayInZone(now(), SAO_PAULO), asOf = now() } = query;
      const curve = await findCurve(db, id, { date, asOf });
      if (curve === null) throw notFound(`No curve ${id} up to ${date} was known then`);
      const { curveId, date: found, unit, compounding, dayCount } = curve;
      const rows = curve.points.map((point) => ({
        curveId,
        date: found,
        unit,
        compounding,
        dayCount,
        ...point,
      }));
      return {
        page: async () => curve,
        table: defineTable({
          name: nameTable(`${id}_${found}`, asOf),
          columns: COLUMNS,
          listPage: async (_db, after: (typeof rows)[number] | undefined) =>
            after === undefined ? rows : [],
        }),
      };
    }),
  ];
}

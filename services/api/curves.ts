import * as endpoints from '../../shared/contract/curves.ts';
import { findCurve, listCurveIds } from '../../shared/db/curve-view.ts';
import { dayInZone, SAO_PAULO } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { notFound } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';
import { defineTable, nameTable, serveTable } from './tables.ts';

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

/** `/curves`: the newest curve up to a date (today by default), from what was known at a moment. */
export function curveRoutes({ db, now }: ApiContext): Route[] {
  return [
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

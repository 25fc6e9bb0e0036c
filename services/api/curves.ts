import * as endpoints from '../../shared/contract/curves.ts';
import { findCurve, listCurveIds } from '../../shared/db/curve-view.ts';
import { dayInZone, SAO_PAULO } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { notFound } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** `/curves`: the newest curve up to a date (today by default), from what was known at a moment. */
export function curveRoutes({ db, now }: ApiContext): Route[] {
  return [
    serveEndpoint(endpoints.listCurves, async () => ({
      status: 200,
      body: { data: (await listCurveIds(db)).map((curveId) => ({ curveId })), nextCursor: null },
    })),
    serveEndpoint(endpoints.getCurve, async ({ params: { id }, query }) => {
      const { date = dayInZone(now(), SAO_PAULO), asOf = now() } = query;
      const curve = await findCurve(db, id, { date, asOf });
      if (curve === null) throw notFound(`No curve ${id} up to ${date} was known then`);
      return { status: 200, body: curve };
    }),
  ];
}

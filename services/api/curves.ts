import { Router } from 'express';
import { z } from 'zod';
import { formatSchema } from '../../shared/contract/formats.ts';
import { findCurve, listCurveIds } from '../../shared/db/curve-view.ts';
import { isCurveId } from '../../shared/silver/curve-conventions.ts';
import { dayInZone, SAO_PAULO } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { asOfSchema, daySchema, parseQuery } from './input.ts';
import { allowOnly, notFound } from './problem.ts';
import { nameTable, sendTable } from './tables.ts';

const querySchema = z.strictObject({
  date: daySchema.optional(),
  asOf: asOfSchema.optional(),
  format: formatSchema,
});

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
export function routeCurves({ db, now }: ApiContext): Router {
  const router = Router();
  router
    .route('/curves')
    .get(async (_request, response) => {
      response.json({ data: (await listCurveIds(db)).map((curveId) => ({ curveId })), nextCursor: null });
    })
    .all(allowOnly('GET'));
  router
    .route('/curves/:id')
    .get(async (request, response) => {
      const { date = dayInZone(now(), SAO_PAULO), asOf = now(), format } = parseQuery(request, querySchema);
      const { id } = request.params;
      const curve = isCurveId(id) ? await findCurve(db, id, { date, asOf }) : null;
      if (curve === null) throw notFound(`No curve ${id} up to ${date} was known then`);
      if (format === 'json') {
        response.json(curve);
        return;
      }
      const { curveId, unit, compounding, dayCount } = curve;
      const rows = curve.points.map((point) => ({
        curveId,
        date: curve.date,
        unit,
        compounding,
        dayCount,
        ...point,
      }));
      await sendTable(db, response, format, {
        name: nameTable(`${id}_${curve.date}`, asOf),
        columns: COLUMNS,
        listPage: async (_db, after) => (after === undefined ? rows : []),
      });
    })
    .all(allowOnly('GET'));
  return router;
}

import { Router } from 'express';
import { z } from 'zod';
import { listTicks } from '../../shared/db/tick-list.ts';
import { nextTick } from '../../shared/pipeline/schedule.ts';
import { dayInZone, previousWeekday, toIso } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { cursorOf, encodeCursor } from './cursor.ts';
import { limitSchema, parseQuery } from './input.ts';
import { allowOnly } from './problem.ts';

const querySchema = z.strictObject({
  limit: limitSchema(20, 200),
  cursor: cursorOf(z.tuple([z.iso.datetime({ precision: 3 })])).optional(),
});

/** `/schedule`: when the next run is due, and what became of the past ticks. */
export function routeSchedule({ db, now, config }: ApiContext): Router {
  const router = Router();
  router
    .route('/schedule')
    .get(async (request, response) => {
      const { limit, cursor } = parseQuery(request, querySchema);
      const { SCHEDULE_CRON: cron, SCHEDULE_TZ: zone, SCHEDULE_ENABLED: enabled } = config;
      const due = nextTick({ name: 'weekday', cron, zone }, now());
      const ticks = await listTicks(db, { before: cursor?.[0], limit: limit + 1 });
      const shown = ticks.slice(0, limit);
      const last = shown.at(-1);
      response.json({
        name: 'weekday',
        cron,
        timezone: zone,
        enabled,
        nextTick: enabled ? { dueAt: toIso(due), partition: previousWeekday(dayInZone(due, zone)) } : null,
        ticks: shown,
        nextCursor: ticks.length > limit && last !== undefined ? encodeCursor([last.dueAt]) : null,
      });
    })
    .all(allowOnly('GET'));
  return router;
}

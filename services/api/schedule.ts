import { Router } from 'express';
import { z } from 'zod';
import { listTicks } from '../../shared/db/tick-list.ts';
import { pauseSchedule, readPause, resumeSchedule } from '../../shared/db/schedule-pauses.ts';
import type { SCHEDULES } from '../../shared/pipeline/graph.ts';
import { nextTick } from '../../shared/pipeline/schedule.ts';
import { dayInZone, previousWeekday, toIso } from '../../shared/time.ts';
import { readOrigin } from './change-origin.ts';
import type { ApiContext } from './context.ts';
import { cursorOf, encodeCursor } from './cursor.ts';
import { limitSchema, parseQuery } from './input.ts';
import { allowOnly } from './problem.ts';

/** The one schedule there is. */
const NAME = 'weekday' satisfies keyof typeof SCHEDULES;
const DEFAULT_TICKS = 20;

const querySchema = z.strictObject({
  limit: limitSchema(DEFAULT_TICKS, 200),
  cursor: cursorOf(z.tuple([z.iso.datetime({ precision: 3 })])).optional(),
});

/** What `GET /schedule` answers. */
async function showSchedule(
  { db, now, config }: Pick<ApiContext, 'db' | 'now' | 'config'>,
  page: { readonly limit: number; readonly before?: string | undefined },
) {
  const { SCHEDULE_CRON: cron, SCHEDULE_TZ: zone, SCHEDULE_ENABLED: enabled } = config;
  const due = nextTick({ name: NAME, cron, zone }, now());
  const pause = await readPause(db, NAME);
  const ticks = await listTicks(db, { before: page.before, limit: page.limit + 1 });
  const shown = ticks.slice(0, page.limit);
  const last = shown.at(-1);
  const isDue = enabled && pause === null;
  return {
    name: NAME,
    cron,
    timezone: zone,
    enabled,
    catchUp: config.SCHEDULE_CATCH_UP,
    paused: pause,
    nextTick: isDue ? { dueAt: toIso(due), partition: previousWeekday(dayInZone(due, zone)) } : null,
    ticks: shown,
    nextCursor: ticks.length > page.limit && last !== undefined ? encodeCursor([last.dueAt]) : null,
  };
}

/** `/schedule`: when the next run is due, and what became of the past ticks. */
export function routeSchedule(context: ApiContext): Router {
  const { db, log } = context;
  const router = Router();
  router
    .route('/schedule')
    .get(async (request, response) => {
      const { limit, cursor } = parseQuery(request, querySchema);
      response.json(await showSchedule(context, { limit, before: cursor?.[0] }));
    })
    .all(allowOnly('GET'));
  const changes = { pause: pauseSchedule, resume: resumeSchedule };
  for (const [change, apply] of Object.entries(changes)) {
    router
      .route(`/schedule/${change}`)
      .post(async (request, response) => {
        const origin = readOrigin(request);
        await apply(db, NAME, origin);
        log.info({ schedule: NAME, change, ...origin }, 'schedule changed');
        response.json(await showSchedule(context, { limit: DEFAULT_TICKS }));
      })
      .all(allowOnly('POST'));
  }
  return router;
}

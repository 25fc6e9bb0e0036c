import * as endpoints from '../../shared/contract/schedule.ts';
import { encodeCursor } from '../../shared/contract/cursor.ts';
import { listTicks } from '../../shared/db/tick-list.ts';
import { pauseSchedule, readPause, resumeSchedule } from '../../shared/db/schedule-pauses.ts';
import type { SCHEDULES } from '../../shared/pipeline/graph.ts';
import { MAX_CAUGHT_UP, nextTick, partitionOfTick } from '../../shared/pipeline/schedule.ts';
import { toIso } from '../../shared/time.ts';
import { nameOrigin } from './change-origin.ts';
import type { ApiContext } from './context.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** The one schedule there is. */
const NAME = 'weekday' satisfies keyof typeof SCHEDULES;
const DEFAULT_TICKS = 20;

/** What `GET /schedule` answers. */
async function showSchedule(
  { db, now, config }: Pick<ApiContext, 'db' | 'now' | 'config'>,
  page: { readonly limit: number; readonly before?: string | undefined },
) {
  const { SCHEDULE_CRON: cron, SCHEDULE_TZ: zone, SCHEDULE_ENABLED: enabled } = config;
  const schedule = { name: NAME, cron, zone };
  const pause = await readPause(db, NAME);
  const ticks = await listTicks(db, { before: page.before, limit: page.limit + 1 });
  const shown = ticks.slice(0, page.limit);
  const last = shown.at(-1);
  const due = enabled && pause === null ? nextTick(schedule, now()) : null;
  return {
    name: NAME,
    cron,
    timezone: zone,
    enabled,
    catchUp: config.SCHEDULE_CATCH_UP,
    maxCaughtUp: MAX_CAUGHT_UP[config.SCHEDULE_CATCH_UP],
    paused: pause,
    nextTick: due === null ? null : { dueAt: toIso(due), partition: partitionOfTick(schedule, due) },
    ticks: shown,
    nextCursor: ticks.length > page.limit && last !== undefined ? encodeCursor([last.dueAt]) : null,
  };
}

/** When the next run is due, and what became of the past ticks. */
export function scheduleRoutes(context: ApiContext): Route[] {
  const { db, log } = context;
  const changes = [
    { endpoint: endpoints.pauseSchedule, change: 'pause', apply: pauseSchedule },
    { endpoint: endpoints.resumeSchedule, change: 'resume', apply: resumeSchedule },
  ] as const;
  return [
    serveEndpoint(endpoints.getSchedule, async ({ query: { limit, cursor } }) => ({
      status: 200,
      body: await showSchedule(context, { limit, before: cursor?.[0] }),
    })),
    ...changes.map(({ endpoint, change, apply }) =>
      serveEndpoint(endpoint, async ({ body }, { principal }) => {
        const origin = nameOrigin(body, principal);
        await apply(db, NAME, origin);
        log.info({ schedule: NAME, change, ...origin }, 'schedule changed');
        return { status: 200, body: await showSchedule(context, { limit: DEFAULT_TICKS }) };
      }),
    ),
  ];
}

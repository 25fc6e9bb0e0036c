import express, { type Express } from 'express';
import { alertRoutes } from './alerts.ts';
import { assetRoutes } from './assets.ts';
import { requireKey } from './authorization.ts';
import { barRoutes } from './bars.ts';
import { backfillRoutes } from './backfills.ts';
import { checkRoutes } from './checks.ts';
import type { ApiContext } from './context.ts';
import { curveRoutes } from './curves.ts';
import { routeDocs } from './docs.ts';
import { healthRoutes } from './health.ts';
import { meRoutes } from './me.ts';
import { openApiRoutes } from './openapi.ts';
import { lineageRoutes } from './lineage.ts';
import { partitionRoutes } from './partitions.ts';
import { answerErrors, answerUnknown } from './problem.ts';
import { problemRoutes } from './problems.ts';
import { providerRoutes } from './providers.ts';
import { reportRoutes } from './reports.ts';
import { logRequests } from './request-log.ts';
import { runRoutes } from './runs.ts';
import { scheduleRoutes } from './schedule.ts';
import { seriesRoutes } from './series.ts';
import { routeEndpoints } from './serve.ts';
import { signalRoutes } from './signals.ts';
import { trackRecordRoutes } from './track-record.ts';
import { valueOverrideRoutes } from './value-overrides.ts';

const ROUTES = [
  alertRoutes,
  assetRoutes,
  backfillRoutes,
  barRoutes,
  checkRoutes,
  curveRoutes,
  healthRoutes,
  openApiRoutes,
  lineageRoutes,
  partitionRoutes,
  meRoutes,
  problemRoutes,
  providerRoutes,
  reportRoutes,
  runRoutes,
  scheduleRoutes,
  seriesRoutes,
  signalRoutes,
  trackRecordRoutes,
  valueOverrideRoutes,
];

/** The HTTP API. Starts nothing and opens nothing: what it needs comes in the context. */
export function createApp(context: ApiContext): Express {
  const routes = ROUTES.flatMap((list) => list(context));
  const { open = [], guarded = [] } = Object.groupBy(routes, ({ endpoint }) =>
    endpoint.role === null ? 'open' : 'guarded',
  );
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(logRequests(context.log));
  app.use((_request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    next();
  });
  app.use(routeDocs());
  app.use(routeEndpoints(open));
  app.use(requireKey(context.config.API_KEYS));
  app.use(routeEndpoints(guarded));
  app.use(answerUnknown);
  app.use(answerErrors(context.log));
  return app;
}

import express, { type Express } from 'express';
import { routeAlerts } from './alerts.ts';
import { routeAssets } from './assets.ts';
import { requireKey } from './authorization.ts';
import { backfillRoutes } from './backfills.ts';
import { routeChecks } from './checks.ts';
import type { ApiContext } from './context.ts';
import { routeCurves } from './curves.ts';
import { routeHealth } from './health.ts';
import { routePartitions } from './partitions.ts';
import { answerErrors, answerUnknown, routeProblems } from './problem.ts';
import { routeProviders } from './providers.ts';
import { routeReports } from './reports.ts';
import { logRequests } from './request-log.ts';
import { runRoutes } from './runs.ts';
import { scheduleRoutes } from './schedule.ts';
import { routeSeries } from './series.ts';
import { routeEndpoints } from './serve.ts';
import { routeSignals } from './signals.ts';

/** The HTTP API. Starts nothing and opens nothing: what it needs comes in the context. */
export function createApp(context: ApiContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(logRequests(context.log));
  app.use((_request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    next();
  });
  app.use(routeHealth(context));
  app.use(routeProblems());
  app.use(requireKey(context.config.API_KEYS));
  app.use(express.json({ limit: '100kb' }));
  for (const route of [
    routeAssets,
    routePartitions,
    routeSignals,
    routeReports,
    routeSeries,
    routeCurves,
    routeProviders,
    routeAlerts,
    routeChecks,
  ]) {
    app.use('/v1', route(context));
  }
  app.use(routeEndpoints([backfillRoutes, runRoutes, scheduleRoutes].flatMap((list) => list(context))));
  app.use(answerUnknown);
  app.use(answerErrors(context.log));
  return app;
}

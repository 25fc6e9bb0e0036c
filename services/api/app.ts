import express, { type Express } from 'express';
import { routeAlerts } from './alerts.ts';
import { routeAssets } from './assets.ts';
import { auditRoutes } from './audit.ts';
import { createIdentify, noteSender, requireKey } from './authorization.ts';
import { routeBackfills } from './backfills.ts';
import { routeChecks } from './checks.ts';
import type { ApiContext } from './context.ts';
import { eventRoutes } from './events.ts';
import { routeCurves } from './curves.ts';
import { routeHealth } from './health.ts';
import { keyRoutes } from './keys.ts';
import { routePartitions } from './partitions.ts';
import { giveUpOnSilence } from './patience.ts';
import { answerErrors, answerUnknown, routeProblems } from './problem.ts';
import { routeProviders } from './providers.ts';
import { limitRates } from './rate-limit.ts';
import { routeReports } from './reports.ts';
import { logRequests } from './request-log.ts';
import { routeRuns } from './runs.ts';
import { scheduleRoutes } from './schedule.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { routeSeries } from './series.ts';
import { routeEndpoints } from './serve.ts';
import { routeSignals } from './signals.ts';

/** The HTTP API. Starts nothing and opens nothing: what it needs comes in the context. */
export function createApp(context: ApiContext): Express {
  const { config } = context;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', config.TRUST_PROXY);
  app.use(logRequests(context.log));
  app.use(setSecurityHeaders);
  app.use(routeHealth(context));
  app.use(routeProblems());
  app.use(giveUpOnSilence(context.isDatabaseAwake, context.log));
  app.use(noteSender(createIdentify(context.db, config.API_KEYS)));
  app.use(limitRates(config.RATE_LIMIT_PER_MINUTE));
  app.use(requireKey);
  app.use(express.json({ limit: '100kb' }));
  for (const route of [
    routeBackfills,
    routeRuns,
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
  app.use(
    routeEndpoints([scheduleRoutes, keyRoutes, auditRoutes, eventRoutes].flatMap((list) => list(context))),
  );
  app.use(answerUnknown);
  app.use(answerErrors(context.log));
  return app;
}

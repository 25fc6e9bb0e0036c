import express, { type Express } from 'express';
import { compressAnswers } from '../../shared/compress-answers.ts';
import { answerMetrics } from '../../shared/metrics.ts';
import { alertRoutes } from './alerts.ts';
import { assetRoutes } from './assets.ts';
import { auditRoutes } from './audit.ts';
import { createIdentify, noteSender, requireKey } from './authorization.ts';
import { barRoutes } from './bars.ts';
import { backfillRoutes } from './backfills.ts';
import { checkRoutes } from './checks.ts';
import type { ApiContext } from './context.ts';
import { curveRoutes } from './curves.ts';
import { routeDocs } from './docs.ts';
import { eventRoutes } from './events.ts';
import { healthRoutes } from './health.ts';
import { keyRoutes } from './keys.ts';
import { meRoutes } from './me.ts';
import { openApiRoutes } from './openapi.ts';
import { lineageRoutes } from './lineage.ts';
import { partitionRoutes } from './partitions.ts';
import { giveUpOnSilence } from './patience.ts';
import { answerErrors, answerUnknown } from './problem.ts';
import { problemRoutes } from './problems.ts';
import { providerRoutes } from './providers.ts';
import { limitRates } from './rate-limit.ts';
import { reportRoutes } from './reports.ts';
import { logRequests } from './request-log.ts';
import { runRoutes } from './runs.ts';
import { scheduleRoutes } from './schedule.ts';
import { setSecurityHeaders } from './security-headers.ts';
import { seriesRoutes } from './series.ts';
import { allowOnly, routeEndpoints } from './serve.ts';
import { signalRoutes } from './signals.ts';
import { traceRequests } from './trace-requests.ts';
import { trackRecordRoutes } from './track-record.ts';
import { valueOverrideRoutes } from './value-overrides.ts';

const ROUTES = [
  alertRoutes,
  assetRoutes,
  auditRoutes,
  backfillRoutes,
  barRoutes,
  checkRoutes,
  curveRoutes,
  eventRoutes,
  healthRoutes,
  openApiRoutes,
  lineageRoutes,
  keyRoutes,
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
  const { config } = context;
  const routes = ROUTES.flatMap((list) => list(context));
  const { open = [], guarded = [] } = Object.groupBy(routes, ({ endpoint }) =>
    endpoint.role === null ? 'open' : 'guarded',
  );
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', config.TRUST_PROXY);
  app.use(logRequests(context.log));
  app.use(setSecurityHeaders);
  app.use(compressAnswers());
  app.use(routeDocs());
  app
    .route('/metrics')
    .get(answerMetrics())
    .all(allowOnly(['GET']));
  app.use(routeEndpoints(open));
  app.use('/v1', traceRequests());
  app.use(giveUpOnSilence(context.findSilence, context.log));
  app.use(noteSender(createIdentify(context.db, config.API_KEYS)));
  app.use(limitRates(config.RATE_LIMIT_PER_MINUTE));
  app.use(requireKey);
  app.use(routeEndpoints(guarded));
  app.use(answerUnknown);
  app.use(answerErrors(context.log));
  return app;
}

import { Router } from 'express';
import { z } from 'zod';
import { findReport, listSignals } from '../../shared/db/signal-list.ts';
import type { ApiContext } from './context.ts';
import { agentSchema, asOfSchema, daySchema, parseQuery } from './input.ts';
import { allowOnly, notFound } from './problem.ts';

const querySchema = z.strictObject({ partition: daySchema.optional(), asOf: asOfSchema.optional() });

/** More signals than any agent emits. */
const ALL_SIGNALS = 1_000;

/** `/reports/:agent`: the report of an agent with its signals; of the newest partition by default. */
export function routeReports({ db }: ApiContext): Router {
  const router = Router();
  router
    .route('/reports/:agent')
    .get(async (request, response) => {
      const named = agentSchema.safeParse(request.params.agent);
      if (!named.success) throw notFound(`There is no agent ${request.params.agent}`);
      const agent = named.data;
      const { partition, asOf } = parseQuery(request, querySchema);
      const report = await findReport(db, agent, { partition, asOf });
      if (report === null)
        throw notFound(`${agent} has no report${partition === undefined ? '' : ` for ${partition}`}`);
      const range = { from: report.partition, to: report.partition };
      response.json({
        ...report,
        signals: await listSignals(db, { ...range, agent, asOf, limit: ALL_SIGNALS }),
      });
    })
    .all(allowOnly('GET'));
  return router;
}

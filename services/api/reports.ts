import { Router } from 'express';
import { z } from 'zod';
import { findReport, listReportVersions, listSignals } from '../../shared/db/signal-list.ts';
import { CURRENT_VERSIONS } from '../../shared/pipeline/agent-versions.ts';
import type { ApiContext } from './context.ts';
import { agentSchema, asOfSchema, daySchema, modelVersionSchema, parseQuery } from './input.ts';
import { allowOnly, notFound } from './problem.ts';

const querySchema = z.strictObject({
  partition: daySchema.optional(),
  modelVersion: modelVersionSchema.optional(),
  asOf: asOfSchema.optional(),
});

/** More signals than any agent emits. */
const ALL_SIGNALS = 1_000;

/**
 * `/reports/:agent`: the report of an agent with its signals and the model versions there are; of the newest partition and
 * the current version by default.
 */
export function routeReports({ db }: ApiContext): Router {
  const router = Router();
  router
    .route('/reports/:agent')
    .get(async (request, response) => {
      const named = agentSchema.safeParse(request.params.agent);
      if (!named.success) throw notFound(`There is no agent ${request.params.agent}`);
      const agent = named.data;
      const { partition, modelVersion = CURRENT_VERSIONS[agent], asOf } = parseQuery(request, querySchema);
      const report = await findReport(db, agent, { partition, modelVersion, asOf });
      const versions = await listReportVersions(db, agent, report?.partition ?? partition);
      if (report === null) {
        const others = versions.filter((version) => version !== modelVersion);
        const when = partition === undefined ? '' : ` for ${partition}`;
        const instead = others.length === 0 ? '' : ` (there is version ${others.join(', ')})`;
        throw notFound(`${agent} has no report of model version ${modelVersion}${when}${instead}`);
      }
      const range = { from: report.partition, to: report.partition };
      response.json({
        ...report,
        versions,
        signals: await listSignals(db, { ...range, agent, modelVersion, asOf, limit: ALL_SIGNALS }),
      });
    })
    .all(allowOnly('GET'));
  return router;
}

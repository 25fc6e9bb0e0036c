import type { Asked } from '../../shared/contract/endpoint.ts';
import { getReport, listReports } from '../../shared/contract/signals.ts';
import {
  findReport,
  listNewestReports,
  listReportVersions,
  listSignals,
} from '../../shared/db/signal-list.ts';
import { CURRENT_VERSIONS } from '../../shared/pipeline/agent-versions.ts';
import type { ApiContext } from './context.ts';
import { notFound } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** More signals than any agent emits. */
const ALL_SIGNALS = 1_000;

async function describeReport({ db }: ApiContext, { params: { agent }, query }: Asked<typeof getReport>) {
  const { partition, modelVersion = CURRENT_VERSIONS[agent], asOf } = query;
  const report = await findReport(db, agent, { partition, modelVersion, asOf });
  const versions = await listReportVersions(db, agent, report?.partition ?? partition);
  if (report === null) {
    const others = versions.filter((version) => version !== modelVersion);
    const when = partition === undefined ? '' : ` for ${partition}`;
    const instead = others.length === 0 ? '' : ` (there is version ${others.join(', ')})`;
    throw notFound(`${agent} has no report of model version ${modelVersion}${when}${instead}`);
  }
  const range = { from: report.partition, to: report.partition };
  const signals = await listSignals(db, { ...range, agent, modelVersion, asOf, limit: ALL_SIGNALS });
  return { ...report, versions, signals };
}

/**
 * `/reports`: the newest of each agent. `/reports/:agent`: the report of an agent with its signals and the model versions
 * there are; of the newest partition and the current version by default.
 */
export function reportRoutes(context: ApiContext): Route[] {
  return [
    serveEndpoint(listReports, async () => ({
      status: 200,
      body: { data: await listNewestReports(context.db), nextCursor: null },
    })),
    serveEndpoint(getReport, async (asked) => ({ status: 200, body: await describeReport(context, asked) })),
  ];
}

import { getLineage, getPayload } from '../../shared/contract/lineage.ts';
import {
  listMaterializations,
  traceBronze,
  traceSignals,
  traceSilver,
  type MaterializationView,
} from '../../shared/db/lineage.ts';
import { listPayloads } from '../../shared/db/payload-view.ts';
import { graph, type AgentName } from '../../shared/pipeline/graph.ts';
import type { ApiContext } from './context.ts';
import { notFound } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** What the layer of an asset says about how a partition was made. @throws ProblemError when there is no such signal */
async function trace({ db }: ApiContext, of: MaterializationView, signal: string | undefined) {
  const { layer } = graph.assets[of.asset];
  if (signal !== undefined && layer !== 'agents') throw notFound(`${of.asset} has no signals`);
  if (layer === 'bronze') return traceBronze(db, of);
  if (layer === 'silver') return traceSilver(db, of);
  const traced = await traceSignals(db, of.asset as AgentName, of.partition, signal);
  if (signal !== undefined && traced.signals.length === 0)
    throw notFound(`${of.asset} has no signal ${signal} for ${of.partition}`);
  return traced;
}

/** `/lineage` and `/payloads`: what a signal was made of. */
export function lineageRoutes(context: ApiContext): Route[] {
  return [
    serveEndpoint(getLineage, async ({ params: { asset, partition }, query: { signal } }) => {
      const outcomes = await listMaterializations(context.db, asset, partition);
      const own = outcomes.find((outcome) => outcome.asset === asset);
      if (own === undefined) throw notFound(`${asset} is not materialized for ${partition}`);
      const upstreams = outcomes.filter((outcome) => outcome !== own);
      return { status: 200, body: { ...own, upstreams, ...(await trace(context, own, signal)) } };
    }),
    serveEndpoint(getPayload, async ({ params: { id } }) => {
      const {
        items: [payload],
      } = await listPayloads(context.db, [id]);
      if (payload === undefined) throw notFound(`There is no payload ${id}`);
      return { status: 200, body: payload };
    }),
  ];
}

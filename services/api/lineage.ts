import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { downloadPayload, getLineage, getPayload, MAX_PAYLOAD_BYTES } from '../../shared/contract/lineage.ts';
import {
  listMaterializations,
  traceBronze,
  traceReport,
  traceSilver,
  type MaterializationView,
  type TraceFilter,
} from '../../shared/db/lineage.ts';
import { listPayloads, readCompressedBody, type PayloadView } from '../../shared/db/payload-view.ts';
import { graph, type AgentName } from '../../shared/pipeline/graph.ts';
import type { ApiContext } from './context.ts';
import { notFound, ProblemError } from './problem.ts';
import { readAsked, serveEndpoint, type Route } from './serve.ts';

/** What the layer of an asset says about how a partition was made. @throws ProblemError when there is no such signal or output */
async function trace({ db }: ApiContext, of: MaterializationView, filter: TraceFilter) {
  const { signal, output } = filter;
  const { layer } = graph.assets[of.asset];
  if (layer !== 'agents') {
    if (signal !== undefined) throw notFound(`${of.asset} has no signals`);
    if (output !== undefined) throw notFound(`${of.asset} has no outputs`);
    return layer === 'bronze' ? traceBronze(db, of) : traceSilver(db, of);
  }
  const traced = await traceReport(db, of.asset as AgentName, of.partition, filter);
  const isEmpty = traced.signals.length + traced.outputs.length === 0;
  if (isEmpty && filter.modelVersion !== undefined)
    throw notFound(`${of.asset} has no report of model version ${filter.modelVersion} for ${of.partition}`);
  if (signal !== undefined && traced.signals.length === 0)
    throw notFound(`${of.asset} has no signal ${signal} for ${of.partition}`);
  if (output !== undefined && traced.outputs.length === 0)
    throw notFound(`${of.asset} has no output ${output} for ${of.partition}, or nothing is recorded of it`);
  return traced;
}

/** An archived answer. @throws ProblemError when there is none with the number */
async function findPayload({ db }: ApiContext, id: number): Promise<PayloadView> {
  const {
    items: [payload],
  } = await listPayloads(db, [id]);
  if (payload === undefined) throw notFound(`There is no payload ${id}`);
  return payload;
}

const decompress = promisify(gunzip);

/** The body of an archived answer. @throws ProblemError when it is too large or has been pruned */
async function readBody({ db }: ApiContext, { id, sha256, bytes }: PayloadView): Promise<Buffer> {
  if (bytes > MAX_PAYLOAD_BYTES)
    throw new ProblemError('payload-too-large', `The body of payload ${id} has ${bytes} bytes`);
  const body = await readCompressedBody(db, sha256);
  if (body === null) throw notFound(`The body of payload ${id} has been pruned`);
  return decompress(body, { maxOutputLength: MAX_PAYLOAD_BYTES });
}

/** What a provider sent may be a page: whoever opens it gets a file, in which nothing runs. */
const SANDBOX = "default-src 'none'; sandbox";

/** A type as a header may say it; bytes where the provider gave none. */
const typeOf = ({ contentType }: PayloadView): string =>
  /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:; *[\w-]+="?[\w.:+-]+"?)*$/.test(contentType)
    ? contentType
    : 'application/octet-stream';

/** Endings of the names of files, by what the types of providers say. */
const ENDING = /\b(json|csv|xml|zip|html)\b/;

function nameFile({ id, provider, key, contentType }: PayloadView): string {
  const ending = ENDING.exec(contentType)?.[1];
  const name = `${provider}_${key}_${id}`.replaceAll(/[^\w.-]/g, '_');
  return ending === undefined ? name : `${name}.${ending}`;
}

/** `GET /payloads/{id}/body`: no JSON, but what a provider sent. */
const serveBody = (context: ApiContext): Route => ({
  endpoint: downloadPayload,
  async answer(request, response) {
    const { params } = readAsked(downloadPayload, request);
    const payload = await findPayload(context, params.id);
    const body = await readBody(context, payload);
    if (response.headersSent) return;
    // Not `set`, which would add a character set that the provider did not name.
    response.attachment(nameFile(payload)).setHeader('Content-Type', typeOf(payload));
    response.set('Content-Security-Policy', SANDBOX).end(body);
  },
});

/** `/lineage` and `/payloads`: what a signal was made of. */
export function lineageRoutes(context: ApiContext): Route[] {
  return [
    serveEndpoint(getLineage, async ({ params: { asset, partition }, query }) => {
      const outcomes = await listMaterializations(context.db, asset, partition);
      const own = outcomes.find((outcome) => outcome.asset === asset);
      if (own === undefined) throw notFound(`${asset} is not materialized for ${partition}`);
      const upstreams = outcomes.filter((outcome) => outcome !== own);
      return { status: 200, body: { ...own, upstreams, ...(await trace(context, own, query)) } };
    }),
    serveEndpoint(getPayload, async ({ params: { id } }) => ({
      status: 200,
      body: await findPayload(context, id),
    })),
    serveBody(context),
  ];
}

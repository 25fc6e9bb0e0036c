import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { contract } from '../../shared/contract/contract.ts';
import { listProblems, type Endpoint } from '../../shared/contract/endpoint.ts';
import { PROBLEMS, ProblemSchema } from '../../shared/contract/problems.ts';
import { getOpenApi } from '../../shared/contract/service.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** The first number is that of the paths, `/v1`. */
const VERSION = '1.0.0';

const RETRY_AFTER = z.object({
  'Retry-After': z.string().meta({ description: 'Seconds until the next request may succeed.' }),
});

const STATUS_HEADERS: Readonly<Record<number, z.ZodObject>> = {
  401: z.object({ 'WWW-Authenticate': z.string() }),
  429: RETRY_AFTER,
  503: RETRY_AFTER,
};

/** The problems of an endpoint by status. */
function describeProblems(endpoint: Endpoint): ZodOpenApiResponsesObject {
  const byStatus = Map.groupBy(new Set(listProblems(endpoint)), (name) => PROBLEMS[name].status);
  const responses = [...byStatus].map(([status, names]) => [
    status,
    {
      description: names.map((name) => `\`${name}\`: ${PROBLEMS[name].meaning}`).join('\n\n'),
      content: { 'application/problem+json': { schema: ProblemSchema } },
      ...(STATUS_HEADERS[status] === undefined ? {} : { headers: STATUS_HEADERS[status] }),
    },
  ]);
  return Object.fromEntries(responses) as ZodOpenApiResponsesObject;
}

const FILE = { schema: { type: 'string', format: 'binary' } } as const;

/** A stream is one text as far as OpenAPI knows; what its events hold is among the components. */
const STREAM = {
  schema: { type: 'string', description: 'Server-sent events, each with JSON in its `data`.' },
} as const;

function describeContent({ stream, download }: Endpoint, schema: z.ZodType) {
  if (stream) return { 'text/event-stream': STREAM };
  return download ? { '*/*': FILE } : { 'application/json': { schema } };
}

function describeAnswers(endpoint: Endpoint): ZodOpenApiResponsesObject {
  const { answers, files = [] } = endpoint;
  const others = Object.fromEntries(files.map((type) => [type, FILE]));
  const responses = Object.entries<z.ZodType>(answers).map(([status, schema]) => [
    status,
    {
      description: status === '200' ? 'The answer' : status === '201' ? 'Made' : 'Accepted',
      content: { ...describeContent(endpoint, schema), ...others },
    },
  ]);
  return Object.fromEntries(responses) as ZodOpenApiResponsesObject;
}

function describeOperation(name: string, endpoint: Endpoint): ZodOpenApiOperationObject {
  const { tag, summary, description, role, params, query, headers, body } = endpoint;
  const texts = [description, role === null ? 'Needs no key.' : `Needs the role ${role}.`];
  return {
    operationId: name,
    tags: [tag],
    summary,
    description: texts.filter((text) => text !== undefined).join('\n\n'),
    security: role === null ? [] : [{ key: [] }],
    requestParams: {
      ...(params === undefined ? {} : { path: params }),
      ...(query === undefined ? {} : { query }),
      ...(headers === undefined ? {} : { header: headers }),
    },
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: !body.safeParse({}).success,
            content: { 'application/json': { schema: body } },
          },
        }),
    responses: { ...describeAnswers(endpoint), ...describeProblems(endpoint) },
  };
}

/** What the events of streams hold, by the names of their components. */
function listEvents(): [string, z.ZodType][] {
  return Object.values<Endpoint>(contract).flatMap(({ stream, answers }) => {
    const schema = answers[200];
    return stream && schema ? [[schema.meta()?.id ?? 'Event', schema] satisfies [string, z.ZodType]] : [];
  });
}

/** The OpenAPI 3.1 document of every endpoint in the contract. */
export function createOpenApi() {
  const endpoints = Object.entries<Endpoint>(contract);
  const byPath = Map.groupBy(endpoints, ([, { path }]) => path);
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Macro pipeline',
      version: VERSION,
      description:
        'Backfills, runs, data and signals of the pipeline. Times are UTC, ISO 8601. Errors are problem documents (RFC 9457); ' +
        'their `type` is an address that explains them. Lists come in pages: send `nextCursor` as `cursor`.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(endpoints.map(([, { tag }]) => tag))].map((name) => ({ name })),
    paths: Object.fromEntries(
      [...byPath].map(([path, served]) => [
        path,
        Object.fromEntries(
          served.map(([name, endpoint]) => [endpoint.method, describeOperation(name, endpoint)]),
        ),
      ]),
    ),
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      schemas: Object.fromEntries(listEvents()),
    },
  });
}

/** `/openapi.json`: needs no key, as there is no data in it. */
export function openApiRoutes(): Route[] {
  // It takes a moment and never changes: made when it is asked for first.
  let document: ReturnType<typeof createOpenApi> | undefined;
  return [
    serveEndpoint(getOpenApi, () => ({
      status: 200,
      body: { ...(document ??= createOpenApi()), openapi: '3.1.0' as const },
    })),
  ];
}

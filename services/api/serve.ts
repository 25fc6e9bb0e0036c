import { json, Router, type Request, type RequestHandler } from 'express';
import { z } from 'zod';
import type { Asked, Endpoint, Reply } from '../../shared/contract/endpoint.ts';
import { principalOf, requireRole, type Principal } from './authorization.ts';
import { parseBody, parsePart, parseQuery } from './input.ts';
import { notFound, sendProblem } from './problem.ts';

/** An endpoint with what answers it. */
export interface Route {
  readonly endpoint: Endpoint;
  readonly answer: RequestHandler;
}

function readParams(request: Request, schema: z.ZodObject): unknown {
  const parsed = schema.safeParse(request.params);
  if (parsed.success) return parsed.data;
  // An address that cannot exist is one at which there is nothing.
  throw notFound(parsed.error.issues.map(({ message }) => message).join('; '));
}

function readHeaders(request: Request, schema: z.ZodObject): unknown {
  const given = Object.keys(schema.shape).map((name) => [name, request.get(name)] as const);
  return parsePart('headers', schema, Object.fromEntries(given.filter(([, value]) => value !== undefined)));
}

function readBody(request: Request, schema: z.ZodObject): unknown {
  // Clients that send nothing with a POST say so by its length, and then need no type of content.
  return request.get('content-length') === '0' ? parsePart('body', schema, {}) : parseBody(request, schema);
}

const READERS = { params: readParams, query: parseQuery, headers: readHeaders, body: readBody };

/** What the query of an endpoint is that declares none. */
const NOTHING = z.strictObject({});

/** What a request says beside what its endpoint declares. */
export interface Asking {
  readonly request: Request;
  readonly principal: Principal;
}

/** The declared parts of a request, checked one after the other. @throws ProblemError naming what is wrong */
export function readAsked<E extends Endpoint>(endpoint: E, request: Request): Asked<E> {
  const asked: Record<string, unknown> = {};
  for (const [part, read] of Object.entries(READERS)) {
    const schema = endpoint[part as keyof typeof READERS] ?? (part === 'query' ? NOTHING : undefined);
    if (schema !== undefined) asked[part] = read(request, schema);
  }
  return asked as Asked<E>;
}

/**
 * Joins an endpoint of the contract with the function that answers it. The compiler compares the two; the answer itself is not
 * checked again when it is sent, which would cost more than making it: the client and the tests do that.
 */
export function serveEndpoint<E extends Endpoint>(
  endpoint: E,
  answer: (asked: Asked<E>, asking: Asking) => Promise<Reply<E>> | Reply<E>,
): Route {
  return {
    endpoint,
    async answer(request, response) {
      const principal = principalOf(response);
      const reply = await answer(readAsked(endpoint, request), { request, principal });
      // It was told meanwhile that PostgreSQL is silent.
      if (response.headersSent) return;
      response
        .status(reply.status)
        .set({ ...reply.headers })
        .json(reply.body);
    },
  };
}

const readJson = json({ limit: '100kb' });

/** Refuses the methods that an address does not have. */
export function allowOnly(methods: readonly string[]): RequestHandler {
  return (request, response) => {
    response.set('Allow', methods.join(', '));
    sendProblem(response, 'method-not-allowed', `${request.method} is not possible here`);
  };
}

/** Routes every endpoint by its method and path; other methods of the same path are refused by name. */
export function routeEndpoints(routes: readonly Route[]): Router {
  const router = Router();
  const paths = Map.groupBy(routes, ({ endpoint }) => endpoint.path);
  for (const [path, served] of paths) {
    const route = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const { endpoint, answer } of served) {
      const readers = endpoint.body === undefined ? [] : [readJson];
      route[endpoint.method](requireRole(endpoint.role), ...readers, answer);
    }
    route.all(allowOnly(served.map(({ endpoint }) => endpoint.method.toUpperCase()).toSorted()));
  }
  return router;
}

import { z } from 'zod';
import { contract } from '../../../shared/contract/contract.ts';
import { listProblems, type Endpoint, type GoodStatus } from '../../../shared/contract/endpoint.ts';
import { PROBLEMS, ProblemSchema, type ProblemName } from '../../../shared/contract/problems.ts';

/** What came back for a request. */
interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** Problems that have nothing to do with what an endpoint is: there is none, or not with this method. */
const WITHOUT_ENDPOINT: readonly ProblemName[] = [
  'not-found',
  'method-not-allowed',
  'malformed-request',
  'unauthorized',
  'too-many-requests',
  'unavailable',
];

function findEndpoint(method: string, path: string): Endpoint | undefined {
  const [address] = path.split('?');
  return Object.values<Endpoint>(contract).find(
    (endpoint) =>
      endpoint.method.toUpperCase() === method &&
      new RegExp(`^${endpoint.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(address ?? ''),
  );
}

function describeBody(schema: z.ZodType, body: unknown): string | null {
  const parsed = schema.safeParse(body);
  return parsed.success ? null : z.prettifyError(parsed.error);
}

function describeProblem(known: readonly ProblemName[], { status, headers, body }: Answered): string | null {
  const isOfType = headers.get('content-type')?.startsWith('application/problem+json');
  if (isOfType !== true) return `a problem of type ${headers.get('content-type')}`;
  const problem = ProblemSchema.safeParse(body);
  if (!problem.success) return z.prettifyError(problem.error);
  const isKnown = known.some(
    (name) => problem.data.type === `/problems/${name}` && PROBLEMS[name].status === status,
  );
  return isKnown ? null : `the problem ${problem.data.type}, which is not documented`;
}

/**
 * Compares an answer with what the contract says about its request.
 *
 * @throws Error when it is not documented
 */
export function requireDocumented(method: string, path: string, answer: Answered): void {
  const endpoint = findEndpoint(method, path);
  const schema = endpoint?.answers[answer.status as GoodStatus];
  const difference =
    schema === undefined
      ? describeProblem(endpoint === undefined ? WITHOUT_ENDPOINT : listProblems(endpoint), answer)
      : describeBody(schema, answer.body);
  if (difference !== null) throw new Error(`${method} ${path} answered ${answer.status}: ${difference}`);
}

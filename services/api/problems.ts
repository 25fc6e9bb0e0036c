import { PROBLEMS } from '../../shared/contract/problems.ts';
import { getProblem } from '../../shared/contract/service.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** `GET /problems/<name>`: what the `type` of a problem document means. */
export function problemRoutes(): Route[] {
  return [
    serveEndpoint(getProblem, ({ params: { name } }) => ({
      status: 200,
      body: { type: `/problems/${name}`, ...PROBLEMS[name] },
    })),
  ];
}

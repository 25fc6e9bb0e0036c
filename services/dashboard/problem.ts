import type { Response } from 'express';
import { PROBLEMS, type ProblemName } from '../../shared/contract/problems.ts';

/** Sends a problem document as the API does, with members of its own where somebody reads them. */
export function sendProblem(
  response: Response,
  name: ProblemName,
  detail: string,
  extensions: Readonly<Record<string, string>> = {},
): void {
  const { status, title } = PROBLEMS[name];
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: `/problems/${name}`, title, status, detail, ...extensions }));
}

import type { Response } from 'express';
import { PROBLEMS, type ProblemName } from '../../shared/contract/problems.ts';

/** Sends a problem document as the API does. */
export function sendProblem(response: Response, name: ProblemName, detail: string): void {
  const { status, title } = PROBLEMS[name];
  response
    .status(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: `/problems/${name}`, title, status, detail }));
}

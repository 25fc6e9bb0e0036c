import { ProblemSchema, type Problem } from '../contract/problems.ts';

function readProblem(text: string): Problem | null {
  try {
    return ProblemSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Thrown when the API answers with an error; carries the problem document. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problem: Problem | null;

  constructor(request: string, status: number, text: string) {
    const problem = readProblem(text);
    super(`${request} answered ${status}: ${problem?.detail ?? text.slice(0, 300)}`);
    this.status = status;
    this.problem = problem;
  }
}

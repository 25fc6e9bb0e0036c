import type { ReplayAnswer } from '../../../services/replay/answer.ts';
import { answerProvider, readProviderRequest } from '../../../services/replay/providers.ts';
import { openRecordings, type Recordings } from '../../../services/replay/recordings.ts';

/** Folder of the recorded data that ships with the project. */
export const REPLAY_FOLDER = new URL('../../../data/replay', import.meta.url).pathname;

/** The shipped recordings, opened once per test file. */
export const recordings: Recordings = openRecordings(REPLAY_FOLDER);

/** Asks the providers for `https://<host>/…` without a server in between. */
export function ask(url: string, from: Recordings = recordings): ReplayAnswer {
  const request = readProviderRequest(url.replace('https://', '/'));
  if (request === undefined) throw new Error(`no provider answers ${url}`);
  return answerProvider(request, from);
}

/** The body as text. */
export function readBody(answer: ReplayAnswer): string {
  return typeof answer.body === 'string' ? answer.body : new TextDecoder().decode(answer.body);
}

/** The body as JSON; the caller names the shape it then checks. */
export function readJson<Shape>(answer: ReplayAnswer): Shape {
  return JSON.parse(readBody(answer)) as Shape;
}

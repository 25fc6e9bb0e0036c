import { answerBody, type ReplayAnswer, type ReplayRequest } from './answer.ts';
import { answerB3, B3_HOST } from './b3.ts';
import { answerFred, FRED_HOST } from './fred.ts';
import { answerPtax, PTAX_HOST } from './ptax.ts';
import type { Recordings } from './recordings.ts';
import { answerSgs, SGS_HOST } from './sgs.ts';
import { answerTesouro, TESOURO_HOST } from './tesouro.ts';
import { answerTreasury, TREASURY_HOST } from './treasury.ts';
import { answerYahoo, YAHOO_HOSTS } from './yahoo.ts';

type Answerer = (request: ReplayRequest, recordings: Recordings) => ReplayAnswer;

const ANSWERERS: ReadonlyMap<string, Answerer> = new Map<string, Answerer>([
  [SGS_HOST, answerSgs],
  [FRED_HOST, answerFred],
  ...YAHOO_HOSTS.map((host): [string, Answerer] => [host, answerYahoo]),
  [PTAX_HOST, answerPtax],
  [B3_HOST, answerB3],
  [TESOURO_HOST, answerTesouro],
  [TREASURY_HOST, answerTreasury],
]);

/** Splits `/<host>/<path>?<query>`; undefined when the first part is no provider's host or the path is not decodable. */
export function readProviderRequest(url: string): ReplayRequest | undefined {
  const match = /^\/([^/?]+)(\/[^?]*)?(?:\?(.*))?$/s.exec(url);
  const host = match?.[1] ?? '';
  if (match === null || !ANSWERERS.has(host)) return undefined;
  try {
    return { host, path: decodeURIComponent(match[2] ?? '/'), query: new URLSearchParams(match[3] ?? '') };
  } catch {
    return undefined;
  }
}

/** The provider's answer to the request. */
export function answerProvider(request: ReplayRequest, recordings: Recordings): ReplayAnswer {
  const answerer = ANSWERERS.get(request.host);
  return answerer === undefined
    ? answerBody(404, 'text/plain', 'no such provider')
    : answerer(request, recordings);
}

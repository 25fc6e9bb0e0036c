import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { MINUTE } from '../../shared/time.ts';
import { senderOf } from './authorization.ts';
import { sendProblem } from './problem.ts';

/** Changes cost more than reads: how many reads are worth one. */
const READS_PER_CHANGE = 5;

const isRead = ({ method }: Request): boolean =>
  method === 'GET' || method === 'HEAD' || method === 'OPTIONS';

/** By key; by address without a good one, so that guessing keys is limited too. */
function nameSender(request: Request, response: Response): string {
  return senderOf(response).keyHash ?? ipKeyGenerator(request.ip ?? '');
}

function limit(name: string, perMinute: number, skip: (request: Request) => boolean): RequestHandler {
  return rateLimit({
    windowMs: MINUTE,
    limit: perMinute,
    identifier: name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: nameSender,
    skip,
    handler: (_request, response) =>
      sendProblem(response, 'too-many-requests', `More than ${perMinute} ${name} came within a minute`),
  });
}

/**
 * Limits how many requests one sender may send in a minute: reads, and a fifth as many changes. Each process counts for itself:
 * with several of them behind one address a sender may send as many times more, which is no harm, and Redis is not asked.
 * 0: no limit.
 */
export function limitRates(readsPerMinute: number): RequestHandler[] {
  const changesPerMinute = Math.ceil(readsPerMinute / READS_PER_CHANGE);
  return [
    limit('reads', readsPerMinute, (request) => readsPerMinute === 0 || !isRead(request)),
    limit('changes', changesPerMinute, (request) => readsPerMinute === 0 || isRead(request)),
  ];
}

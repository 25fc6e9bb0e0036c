import type { RequestHandler } from 'express';
import { isSecret } from '../../shared/secret.ts';
import { sendProblem } from './problem.ts';

/** Lets only requests with one of the keys pass; everyone, when there are no keys. */
export function requireKey(keys: readonly string[]): RequestHandler {
  return (request, response, next) => {
    const [, given] = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
    if (keys.length === 0 || (given !== undefined && isSecret(given, keys))) {
      next();
      return;
    }
    response.set('WWW-Authenticate', 'Bearer realm="macro-pipeline"');
    sendProblem(
      response,
      'unauthorized',
      given === undefined ? 'There is no bearer key in the request' : 'The key is not known',
    );
  };
}

import type { RequestHandler, Response } from 'express';
import type { ApiKey } from '../../shared/api-key.ts';
import { ROLES, type Role } from '../../shared/contract/endpoint.ts';
import { listGoodKeys } from '../../shared/db/api-keys.ts';
import type { Database } from '../../shared/db/client.ts';
import { matchSecret } from '../../shared/secret.ts';
import { ProblemError, sendProblem } from './problem.ts';

/** Who sends a request: the holder of its key. */
export interface Principal {
  /** The name of the key; null for one without a name, and when no keys are asked for. */
  readonly name: string | null;
  readonly role: Role;
}

/** What is known of the sender of a request before it is let in. */
export interface Sender {
  readonly principal: Principal | null;
  /** SHA-256 of the key, if it is one of ours. */
  readonly keyHash: string | null;
}

/** While no key exists everyone may do everything: a machine of one's own. */
const ANYONE: Sender = { principal: { name: null, role: 'admin' }, keyHash: null };
const NOBODY: Sender = { principal: null, keyHash: null };

/** Finds out who holds the key of an `Authorization` header. */
export type Identify = (authorization: string | undefined) => Promise<Sender>;

/**
 * Recognises the keys of the environment and those of the table. The table is asked every time, so that a revoked key is
 * refused by every process at once. Nobody is asked for a key as long as there is none in either.
 */
export function createIdentify(db: Database, configured: readonly ApiKey[]): Identify {
  return async (authorization) => {
    const [, given] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? [];
    const inEnvironment = given === undefined ? undefined : matchSecret(given, configured);
    if (inEnvironment !== undefined) return toSender(inEnvironment);
    if (given === undefined && configured.length > 0) return NOBODY;
    const stored = await listGoodKeys(db);
    if (configured.length === 0 && stored.length === 0) return ANYONE;
    const known = given === undefined ? undefined : matchSecret(given, stored);
    return known === undefined ? NOBODY : toSender(known);
  };
}

const toSender = ({ name, role, hash }: ApiKey): Sender => ({ principal: { name, role }, keyHash: hash });

/** Notes who sends a request, for what comes after. */
export function noteSender(identify: Identify): RequestHandler {
  return async (request, response, next) => {
    response.locals['sender'] = await identify(request.get('authorization'));
    next();
  };
}

/** Who sends a request; nobody before `noteSender`. */
export const senderOf = (response: Response): Sender =>
  (response.locals['sender'] as Sender | undefined) ?? NOBODY;

/** Lets only requests pass whose sender is known. */
export const requireKey: RequestHandler = (request, response, next) => {
  if (senderOf(response).principal !== null) {
    next();
    return;
  }
  response.set('WWW-Authenticate', 'Bearer realm="macro-pipeline"');
  const isGiven = /^Bearer +\S/i.test(request.get('authorization') ?? '');
  sendProblem(
    response,
    'unauthorized',
    isGiven ? 'The key is not known' : 'There is no bearer key in the request',
  );
};

/** Someone who asks for what is open to all. */
const STRANGER: Principal = { name: null, role: 'viewer' };

/** Who sends a request that was let in. */
export const principalOf = (response: Response): Principal => senderOf(response).principal ?? STRANGER;

/** True when a role may do what another one may. */
const includesRole = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Lets only requests pass whose key has a role, or one above it; all, where none is needed. */
export function requireRole(needed: Role | null): RequestHandler {
  return (_request, response, next) => {
    const { role } = principalOf(response);
    if (needed === null || includesRole(role, needed)) next();
    else throw new ProblemError('forbidden', `This needs the role ${needed}; the key has the role ${role}`);
  };
}

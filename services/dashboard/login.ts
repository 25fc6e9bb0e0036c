import { Router, type Request, type RequestHandler, type Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import { z } from 'zod';
import { ApiError, createClient } from '../../shared/client/client.ts';
import type { Logger } from '../../shared/logger.ts';
import { isSecret } from '../../shared/secret.ts';
import { MINUTE, SECOND } from '../../shared/time.ts';
import { sendProblem } from './problem.ts';
import {
  endSession,
  keepSession,
  readSession,
  requireCsrfToken,
  sessionOf,
  startSession,
  type Session,
} from './session.ts';

/** A name and a password that stand for a key of the API. */
export interface Account {
  readonly user: string;
  readonly password: string;
  /** Null where the API asks for none. */
  readonly apiKey: string | null;
}

export interface LoginOptions {
  readonly apiUrl: string;
  readonly account: Account | null;
  /** Seals the cookies: 32 characters or more. */
  readonly secret: string;
  /** The address that the server listens on. */
  readonly host: string;
  readonly log: Logger;
}

const CredentialsSchema = z.union([
  z.strictObject({ apiKey: z.string().min(1).max(500) }),
  z.strictObject({ user: z.string().min(1).max(200), password: z.string().min(1).max(500) }),
]);

type Person = Omit<Session, 'csrf'>;

/** What the API says of a key, or of having none; null when it does not take it. */
async function askWho(apiUrl: string, apiKey: string | null): Promise<Person | null> {
  try {
    const me = await createClient({ baseUrl: apiUrl, apiKey: apiKey ?? undefined }).getMe();
    return { apiKey, name: me.name ?? 'unnamed', role: me.role };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

async function recognize(
  { apiUrl, account }: LoginOptions,
  credentials: z.output<typeof CredentialsSchema>,
): Promise<Person | null> {
  if ('apiKey' in credentials) return askWho(apiUrl, credentials.apiKey);
  const { user, password } = credentials;
  if (account === null || !isSecret(`${user}:${password}`, [`${account.user}:${account.password}`]))
    return null;
  const person = await askWho(apiUrl, account.apiKey);
  return person === null ? null : { ...person, name: account.user };
}

const isOfThisMachine = (request: Request): boolean =>
  /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(request.get('host') ?? '');

/**
 * Whether somebody who would not have to log in came by a name that is not of this machine. A page of another site whose name
 * leads here (DNS rebinding) would be of the same origin, could read the token of the session and do everything.
 */
const isLured = async ({ account, apiUrl }: LoginOptions, request: Request): Promise<boolean> =>
  account === null && !isOfThisMachine(request) && (await askWho(apiUrl, null)) !== null;

const refuseLured = (response: Response): void =>
  sendProblem(response, 'forbidden', 'Without a login this answers to localhost and 127.0.0.1 only');

/** Credentials may be wrong so often in a minute, by address. */
const MOST_WRONG = 10;

const limitGuesses = (): RequestHandler =>
  rateLimit({
    windowMs: MINUTE,
    limit: MOST_WRONG,
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response) =>
      sendProblem(response, 'too-many-requests', `More than ${MOST_WRONG} logins failed within a minute`),
  });

/** What the pages know of the session. `isOpen`: nobody has to log in; then `host` says where it listens. */
const show = ({ name, role, csrf }: Session, isOpen: boolean, host: string) => ({
  name,
  role,
  csrf,
  isOpen,
  host: isOpen ? host : null,
});

/**
 * Lets only requests with a session pass. Where neither the dashboard nor the API asks for anything (development), a browser
 * gets a session without logging in.
 */
export function requireSession(options: LoginOptions): RequestHandler {
  return async (request, response, next) => {
    const session = await findSession(options, request, response);
    if (session === null) {
      if (await isLured(options, request)) refuseLured(response);
      else sendProblem(response, 'unauthorized', 'Log in first');
      return;
    }
    keepSession(request, session);
    next();
  };
}

async function findSession(
  { secret, account, apiUrl }: LoginOptions,
  request: Request,
  response: Response,
): Promise<Session | null> {
  const session = await readSession(request, response, secret);
  if (session !== null || account !== null || !isOfThisMachine(request)) return session;
  const anyone = await askWho(apiUrl, null);
  return anyone === null ? null : startSession(request, response, secret, anyone);
}

/** For so long a key that the API has confirmed is not asked for again. */
const CONFIRMED_MS = 15 * SECOND;

/** Lets only sessions pass whose key the API still knows: a revoked one sees nothing more. Stands behind `requireSession`. */
export function requireGoodKey({ apiUrl }: LoginOptions): RequestHandler {
  const confirmedAt = new Map<string, number>();
  return async (request, response, next) => {
    const { apiKey } = sessionOf(request);
    const id = apiKey ?? '';
    if (performance.now() - (confirmedAt.get(id) ?? Number.NEGATIVE_INFINITY) > CONFIRMED_MS) {
      if ((await askWho(apiUrl, apiKey)) === null) {
        confirmedAt.delete(id);
        sendProblem(response, 'unauthorized', 'The key of this session is not known any more: log in again');
        return;
      }
      confirmedAt.set(id, performance.now());
    }
    next();
  };
}

/** Sends a browser that nobody is logged in at to the form, which leads back. */
export function showLogin(options: LoginOptions): RequestHandler {
  return async (request, response, next) => {
    const isPage = request.method === 'GET' && request.accepts(['json', 'html']) === 'html';
    if (isPage && (await findSession(options, request, response)) === null)
      response.redirect(`/?next=${encodeURIComponent(request.originalUrl)}`);
    else next();
  };
}

/** `/session`: who is logged in; POST logs in with a key of the API or with the account, DELETE logs out. */
export function routeSession(options: LoginOptions): Router {
  const { secret, account, host, log } = options;
  const router = Router();
  const needsSession = requireSession(options);
  router
    .route('/session')
    .all((_request, response, next) => {
      response.set('Cache-Control', 'no-store');
      next();
    })
    .get(needsSession, (request, response) => {
      const session = sessionOf(request);
      response.json(show(session, session.apiKey === null && account === null, host));
    })
    .post(limitGuesses(), async (request, response) => {
      if (await isLured(options, request)) {
        refuseLured(response);
        return;
      }
      const credentials = CredentialsSchema.safeParse(request.body);
      if (!credentials.success) {
        sendProblem(response, 'invalid-request', 'Expected a key of the API, or a user and a password');
        return;
      }
      const person = await recognize(options, credentials.data);
      if (person === null) {
        log.warn({ address: request.ip }, 'login refused');
        sendProblem(response, 'unauthorized', 'These credentials are not known');
        return;
      }
      log.info({ name: person.name, role: person.role, address: request.ip }, 'logged in');
      response.status(201).json(show(await startSession(request, response, secret, person), false, host));
    })
    .delete(needsSession, requireCsrfToken, async (request, response) => {
      await endSession(request, response, secret);
      response.status(204).end();
    });
  return router;
}

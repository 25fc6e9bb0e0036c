import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { getIronSession, type IronSession } from 'iron-session';
import { z } from 'zod';
import { ROLES } from '../../shared/contract/endpoint.ts';
import { isSecret } from '../../shared/secret.ts';
import { HOUR, SECOND } from '../../shared/time.ts';
import { sendProblem } from './problem.ts';

const LIFETIME_S = (12 * HOUR) / SECOND;
const COOKIE = 'macro_session';
/** The name that Bull Board's client (axios) reads by itself and sends back as a header. */
const CSRF_COOKIE = 'XSRF-TOKEN';
const CSRF_HEADER = 'x-xsrf-token';

const SessionSchema = z.strictObject({
  /** Key of the API that this person acts with; null where the API asks for none. */
  apiKey: z.string().nullable(),
  /** How the person is called. */
  name: z.string(),
  role: z.enum(ROLES),
  csrf: z.string(),
});

/** Who is logged in. Sealed in the cookie (encrypted and signed): the server stores nothing. */
export type Session = z.output<typeof SessionSchema>;

const sessions = new WeakMap<Request, Session>();

/** The session of a request that `requireSession` let pass. */
export function sessionOf(request: Request): Session {
  const session = sessions.get(request);
  if (session === undefined) throw new Error('The request has no session');
  return session;
}

function open(request: Request, response: Response, secret: string): Promise<IronSession<Session>> {
  const cookieOptions = { httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/' } as const;
  return getIronSession<Session>(request, response, {
    cookieName: COOKIE,
    password: secret,
    ttl: LIFETIME_S,
    cookieOptions,
  });
}

/** Starts a session and sends its cookies. */
export async function startSession(
  request: Request,
  response: Response,
  secret: string,
  person: Omit<Session, 'csrf'>,
): Promise<Session> {
  const sealed = await open(request, response, secret);
  const session = { ...person, csrf: randomBytes(24).toString('base64url') };
  Object.assign(sealed, session);
  await sealed.save();
  response.cookie(CSRF_COOKIE, session.csrf, {
    sameSite: 'strict',
    secure: request.secure,
    maxAge: LIFETIME_S * SECOND,
  });
  return session;
}

/** Ends the session of a browser. */
export async function endSession(request: Request, response: Response, secret: string): Promise<void> {
  const sealed = await open(request, response, secret);
  sealed.destroy();
  response.clearCookie(CSRF_COOKIE, { sameSite: 'strict', secure: request.secure });
}

/** The session of a request, or null when there is none or it has run out. */
export async function readSession(
  request: Request,
  response: Response,
  secret: string,
): Promise<Session | null> {
  const parsed = SessionSchema.safeParse({ ...(await open(request, response, secret)) });
  return parsed.success ? parsed.data : null;
}

/** Keeps the session of a request for `sessionOf`. */
export function keepSession(request: Request, session: Session): void {
  sessions.set(request, session);
}

const READS = ['GET', 'HEAD'];

/** Refuses a change that does not carry the token of its session: another site cannot know it. */
export const requireCsrfToken: RequestHandler = (request, response, next) => {
  const given = request.get(CSRF_HEADER);
  if (READS.includes(request.method) || (given !== undefined && isSecret(given, [sessionOf(request).csrf]))) {
    next();
    return;
  }
  sendProblem(response, 'forbidden', `${request.method} needs the token of the session in X-XSRF-TOKEN`);
};

import { z } from 'zod';

/** Sends requests to a dashboard as a browser does that somebody is logged in at. */
export interface BrowserSession {
  readonly name: string;
  readonly role: string;
  readonly csrf: string;
  readonly cookie: string;
  /** Sends a request with the cookie and, for a change, the token of the session. */
  send(method: string, path: string, body?: unknown, csrf?: string): Promise<Response>;
}

const SessionSchema = z.object({ name: z.string(), role: z.string(), csrf: z.string(), isOpen: z.boolean() });

/** The cookies of an answer, as a browser sends them back. */
export function readCookies(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ');
}

/** Logs in with the given credentials, or takes what a dashboard without a login gives. */
export async function openBrowserSession(
  url: string,
  credentials?: Readonly<Record<string, string>>,
): Promise<BrowserSession> {
  const response = await fetch(
    `${url}/session`,
    credentials === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(credentials),
        },
  );
  if (!response.ok) throw new Error(`POST ${url}/session answered ${response.status}`);
  const { name, role, csrf } = SessionSchema.parse(await response.json());
  const cookie = readCookies(response);
  return {
    name,
    role,
    csrf,
    cookie,
    send: (method, path, body, token = csrf) =>
      fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          cookie,
          'x-xsrf-token': token,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

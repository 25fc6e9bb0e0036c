import { z } from 'zod';
import { ROLES, type Role } from '../../../../shared/contract/endpoint.ts';

const SessionSchema = z.object({
  name: z.string(),
  role: z.enum(ROLES),
  csrf: z.string(),
  isOpen: z.boolean(),
  host: z.string().nullable(),
});

/** Who is logged in at this browser. */
export type Session = z.output<typeof SessionSchema>;

async function ask(init?: RequestInit): Promise<Response> {
  return fetch('/session', init);
}

async function readDetail(response: Response): Promise<string> {
  // An answer without a problem document is named by its status.
  const problem: unknown = await response.json().catch(() => null);
  const parsed = z.object({ detail: z.string() }).safeParse(problem);
  return parsed.success ? parsed.data.detail : `the server answered ${response.status}`;
}

/** The session, or null when somebody has to log in. */
export async function readSession(): Promise<Session | null> {
  const response = await ask();
  if (response.status === 401) return null;
  if (!response.ok) throw new Error(await readDetail(response));
  return SessionSchema.parse(await response.json());
}

/** Logs in. @throws Error with what the server says */
export async function logIn(credentials: Readonly<Record<string, string>>): Promise<Session> {
  const response = await ask({
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credentials),
  });
  if (!response.ok) throw new Error(await readDetail(response));
  return SessionSchema.parse(await response.json());
}

/** Logs out. */
export async function logOut(session: Session): Promise<void> {
  await ask({ method: 'DELETE', headers: { 'x-xsrf-token': session.csrf } });
}

const ENDED = 'sessionended';

/** Tells that nobody is logged in any more: the session has run out, or its key was revoked. */
export function tellSessionEnded(): void {
  dispatchEvent(new Event(ENDED));
}

/** Calls `hear` when a session has ended by itself. Returns how to stop. */
export function onSessionEnded(hear: () => void): () => void {
  addEventListener(ENDED, hear);
  return () => removeEventListener(ENDED, hear);
}

/** Whether the person may do what needs a role. */
export const may = (session: Session, role: Role): boolean =>
  ROLES.indexOf(session.role) >= ROLES.indexOf(role);

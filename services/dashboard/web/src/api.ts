import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { createClient, type Client } from '../../../../shared/client/client.ts';
import type { Session } from './session.ts';

/** What every page works with. */
export interface Workplace {
  readonly session: Session;
  readonly api: Client;
}

const WorkplaceContext = createContext<Workplace | null>(null);

export const WorkplaceProvider = WorkplaceContext.Provider;

/** The session and the API of the page. */
export function useWorkplace(): Workplace {
  const workplace = useContext(WorkplaceContext);
  if (workplace === null) throw new Error('There is no session around this component');
  return workplace;
}

/** The public API, through this server, with the token of the session. */
export const openApi = (session: Session): Client =>
  createClient({ baseUrl: location.origin, headers: { 'x-xsrf-token': session.csrf } });

import { ErrorBoundary, LocationProvider, Route, Router, useLocation } from 'preact-iso';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { openApi, WorkplaceProvider } from './api.ts';
import { ErrorNote } from './components/notes.tsx';
import { Shell } from './components/shell.tsx';
import { listen } from './live.ts';
import { Login } from './login.tsx';
import { NotFound, UnreadableAddress } from './pages/not-found.tsx';
import { PAGES } from './pages.ts';
import { onSessionEnded, readSession, type Session } from './session.ts';
import { describeError } from './use-query.ts';

/** Addresses that are pages of ours: Bull Board and answers of the API are left to the browser. */
const OUR_PAGES = /^(?!\/(?:queues|v1)(?:\/|$))/;

/** False for an address that no page can be looked up by. */
function isReadable(path: string): boolean {
  try {
    // The build leaves out calls whose value nobody uses, and this one with them.
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

/** The page that the address names. */
function Pages() {
  const { path } = useLocation();
  if (!isReadable(path)) return <UnreadableAddress />;
  return (
    <Router>
      {PAGES.map(({ path: pattern, component }) => (
        <Route key={pattern} path={pattern} component={component} />
      ))}
      <Route default component={NotFound} />
    </Router>
  );
}

function Workspace({ session, onEnd }: { readonly session: Session; readonly onEnd: () => void }) {
  const workplace = useMemo(() => ({ session, api: openApi(session) }), [session]);
  useEffect(() => listen(), []);
  return (
    <WorkplaceProvider value={workplace}>
      <LocationProvider scope={OUR_PAGES}>
        <Shell onEnd={onEnd}>
          <ErrorBoundary>
            <Pages />
          </ErrorBoundary>
        </Shell>
      </LocationProvider>
    </WorkplaceProvider>
  );
}

/** Goes where somebody was sent away from to log in; false when this page was asked for. */
function returnToAsked(): boolean {
  const next = new URLSearchParams(location.search).get('next');
  // Only addresses of this server: a link must not send anyone elsewhere.
  if (next === null || !next.startsWith('/queues')) return false;
  location.assign(next);
  return true;
}

/** The whole dashboard: the login, or the pages for whoever is logged in. */
export function App() {
  const [session, setSession] = useState<Session | null | undefined>(undefined);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    readSession().then(setSession, (failure: unknown) => setError(describeError(failure)));
  }, []);
  useEffect(() => onSessionEnded(() => setSession(null)), []);
  if (error !== null) return <ErrorNote message={error} />;
  if (session === undefined) return null;
  if (session === null)
    return <Login onSession={(next) => (returnToAsked() ? undefined : setSession(next))} />;
  return <Workspace session={session} onEnd={() => setSession(null)} />;
}

import type { ComponentChildren } from 'preact';
import { useLocation } from 'preact-iso';
import { useEffect, useState } from 'preact/hooks';
import { useWorkplace } from '../api.ts';
import { onConnection, type Connection } from '../live.ts';
import { PAGES } from '../pages.ts';
import { logOut } from '../session.ts';
import { chooseTheme, readTheme, type Theme } from '../theme.ts';

const CONNECTIONS: Readonly<Record<Connection, string>> = {
  connecting: 'connecting …',
  live: 'live',
  lost: 'no connection: what you see may be old',
};

function ConnectionState() {
  const [connection, setConnection] = useState<Connection>('connecting');
  useEffect(() => onConnection(setConnection), []);
  return (
    <span class={`connection ${connection}`} role="status">
      {CONNECTIONS[connection]}
    </span>
  );
}

function ThemeChoice() {
  const [theme, setTheme] = useState(readTheme());
  const choose = (event: Event): void => {
    const next = (event.currentTarget as HTMLSelectElement).value as Theme;
    chooseTheme(next);
    setTheme(next);
  };
  return (
    <select aria-label="Theme" value={theme} onChange={choose}>
      <option value="auto">System theme</option>
      <option value="light">Light</option>
      <option value="dark">Dark</option>
    </select>
  );
}

function Person({ onEnd }: { readonly onEnd: () => void }) {
  const { session } = useWorkplace();
  if (session.isOpen) return null;
  return (
    <span class="person">
      {session.name} ({session.role}){' '}
      <button type="button" onClick={() => void logOut(session).then(onEnd)}>
        Log out
      </button>
    </span>
  );
}

function Menu() {
  const { path } = useLocation();
  const isHere = (target: string): boolean =>
    target === '/' ? path === '/' : path === target || path.startsWith(`${target}/`);
  return (
    <nav aria-label="Pages">
      {PAGES.flatMap(({ path: target, label }) =>
        label === undefined
          ? []
          : [
              <a key={target} href={target} aria-current={isHere(target) ? 'page' : undefined}>
                {label}
              </a>,
            ],
      )}
      <a href="/queues">Queues</a>
    </nav>
  );
}

/** How far a dashboard reaches that asks nobody to log in. */
const describeReach = (host: string | null): string =>
  host === '127.0.0.1'
    ? 'It listens on 127.0.0.1 only.'
    : `It listens on ${host} and answers to the names localhost and 127.0.0.1: set API_KEYS before others can reach it.`;

/** What is around every page. */
export function Shell({
  onEnd,
  children,
}: {
  readonly onEnd: () => void;
  readonly children: ComponentChildren;
}) {
  const { session } = useWorkplace();
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="/">
          Macro pipeline
        </a>
        <Menu />
        <div class="corner">
          <ConnectionState />
          <ThemeChoice />
          <Person onEnd={onEnd} />
        </div>
      </header>
      {session.isOpen ? (
        <p class="note warning open-note">
          No login is configured: whoever reaches this address may do everything.{' '}
          {describeReach(session.host)}
        </p>
      ) : null}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

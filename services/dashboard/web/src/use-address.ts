import { useLocation } from 'preact-iso';

/** The state that the address of a page holds: its query parameters. */
export interface Address {
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The address of this page with some parameters changed; `null` leaves one out. */
  readonly withQuery: (changes: Readonly<Record<string, string | null>>) => string;
  /** Goes there; the back button leads back. */
  readonly change: (changes: Readonly<Record<string, string | null>>) => void;
}

/** Reads the query parameters of the page and changes them. */
export function useAddress(): Address {
  const { path, query, route } = useLocation();
  const withQuery: Address['withQuery'] = (changes) => {
    const next = new URLSearchParams(query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === '') next.delete(name);
      else next.set(name, value);
    }
    return next.size === 0 ? path : `${path}?${next.toString()}`;
  };
  return { query, withQuery, change: (changes) => route(withQuery(changes)) };
}

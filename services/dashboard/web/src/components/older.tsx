import { useAddress } from '../use-address.ts';

/** Leads to the next page of a list, and from there back to its beginning. The address holds the place. */
export function Older({ nextCursor }: { readonly nextCursor: string | null }) {
  const { query, withQuery } = useAddress();
  if (nextCursor === null && query['cursor'] === undefined) return null;
  return (
    <p class="row">
      {query['cursor'] === undefined ? null : <a href={withQuery({ cursor: null })}>Newest</a>}
      {nextCursor === null ? null : <a href={withQuery({ cursor: nextCursor })}>Older</a>}
    </p>
  );
}

import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Query } from '../use-query.ts';

/** Says what went wrong. */
export const ErrorNote = ({ message }: { readonly message: string }) => (
  <p class="note error" role="alert">
    {message}
  </p>
);

/** Says that there is nothing, and why. */
export const EmptyNote = ({ children }: { readonly children: ComponentChildren }) => (
  <p class="note quiet">{children}</p>
);

/** Goes to the part of the page that its address names, once that is there: the browser looked for it too early. */
function useAnchor(isThere: boolean): void {
  useEffect(() => {
    if (isThere && location.hash !== '') document.getElementById(location.hash.slice(1))?.scrollIntoView();
  }, [isThere]);
}

/** Shows an answer once it is there; its error beside what was there before. */
export function Answer<T>({
  query,
  children,
}: {
  readonly query: Query<T>;
  readonly children: (data: T) => ComponentChildren;
}) {
  useAnchor(query.data !== null);
  return (
    <>
      {query.error === null ? null : <ErrorNote message={query.error} />}
      {query.data === null ? (
        query.isLoading ? (
          <p class="note quiet" aria-busy="true">
            Loading …
          </p>
        ) : null
      ) : (
        children(query.data)
      )}
    </>
  );
}

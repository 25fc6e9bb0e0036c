import type { ComponentChildren } from 'preact';
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

/** Shows an answer once it is there; its error beside what was there before. */
export function Answer<T>({
  query,
  children,
}: {
  readonly query: Query<T>;
  readonly children: (data: T) => ComponentChildren;
}) {
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

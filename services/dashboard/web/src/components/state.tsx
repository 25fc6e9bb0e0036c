/** A state as a word with its colour; the word alone says everything. */
export const State = ({ of, reason }: { readonly of: string; readonly reason?: string | null }) => (
  <span class={`state ${of}`} title={reason ?? undefined}>
    {of.replaceAll('_', ' ')}
  </span>
);

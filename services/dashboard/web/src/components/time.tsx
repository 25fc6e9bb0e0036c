const format = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'America/Sao_Paulo',
});

/** A moment in the time of the market (Brasília), with UTC under the pointer. */
export const Time = ({ of }: { readonly of: string | null }) =>
  of === null ? (
    <span class="quiet">–</span>
  ) : (
    <time dateTime={of} title={`${of} (UTC)`}>
      {format.format(new Date(of))}
    </time>
  );

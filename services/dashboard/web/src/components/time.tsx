import { formatMoment, NONE, ZONE_NAME } from '../format.ts';

/** A moment on the clock of the market, which the page names; with UTC under the pointer. */
export const Time = ({ of }: { readonly of: string | null }) =>
  of === null ? (
    <span class="quiet">{NONE}</span>
  ) : (
    <time dateTime={of} title={`${ZONE_NAME}; ${of} (UTC)`}>
      {formatMoment(of)}
    </time>
  );

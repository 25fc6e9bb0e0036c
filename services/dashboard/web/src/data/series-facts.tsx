import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getSeries } from '../../../../../shared/contract/series.ts';
import { nameUnit } from '../quantity.ts';

/** A key of the registry, or one that only silver has. */
export type SeriesDetail = Answer<typeof getSeries>;

/** How often a series has a value, in words. */
export const FREQUENCIES: Readonly<Record<string, string>> = {
  D: 'daily',
  W: 'weekly',
  M: 'monthly',
  Q: 'quarterly',
  A: 'yearly',
};

/** What a series is, who publishes it and when. */
export function SeriesFacts({ series }: { readonly series: SeriesDetail }) {
  const source = <a href={`/assets/${series.asset}`}>{series.asset}</a>;
  if (!('name' in series))
    return (
      <dl class="facts">
        <dt>Derived by</dt>
        <dd>{source}</dd>
      </dl>
    );
  return (
    <dl class="facts">
      <dt>Name</dt>
      <dd>{series.name}</dd>
      <dt>Unit</dt>
      <dd>{nameUnit(series.unit)}</dd>
      <dt>Frequency</dt>
      <dd>{FREQUENCIES[series.frequency] ?? series.frequency}</dd>
      <dt>Source</dt>
      <dd>
        {source}, code <code>{series.code}</code>
      </dd>
      <dt>Released</dt>
      <dd>{series.releaseRule}</dd>
      {series.disabled === null ? null : (
        <>
          <dt>Never asked for</dt>
          <dd>{series.disabled}</dd>
        </>
      )}
    </dl>
  );
}

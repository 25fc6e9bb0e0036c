import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listDerivedSeries } from '../../../../../shared/contract/series.ts';
import { EmptyNote } from '../components/notes.tsx';

/** What only silver has: series that are computed from others, and pairs of instruments. */
export const DerivedList = ({ rows }: { readonly rows: Answer<typeof listDerivedSeries>['data'] }) =>
  rows.length === 0 ? (
    <EmptyNote>Silver has derived nothing yet.</EmptyNote>
  ) : (
    <ul class="names" aria-label="Derived series">
      {rows.map(({ key, asset }) => (
        <li key={key}>
          <a href={`/data/series/${encodeURIComponent(key)}`}>{key}</a> <span class="quiet">{asset}</span>
        </li>
      ))}
    </ul>
  );

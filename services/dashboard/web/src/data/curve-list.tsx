import type { CurveId } from '../../../../../shared/silver/curve-conventions.ts';
import { EmptyNote } from '../components/notes.tsx';
import { CURVES } from './curve-names.ts';

/** The curves that have points, each leading to its page. */
export const CurveList = ({ ids }: { readonly ids: readonly CurveId[] }) => (
  <section id="curves">
    <h2>Curves</h2>
    {ids.length === 0 ? (
      <EmptyNote>No curve has points yet.</EmptyNote>
    ) : (
      <ul class="names">
        {ids.map((id) => (
          <li key={id}>
            <a href={`/data/curves/${id}`}>{id}</a>{' '}
            <span class="quiet">
              {CURVES[id].name}: {CURVES[id].quotes}
            </span>
          </li>
        ))}
      </ul>
    )}
  </section>
);

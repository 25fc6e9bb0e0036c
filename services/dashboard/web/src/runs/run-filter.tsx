import { useAddress } from '../use-address.ts';
import { KINDS, STATES } from './filter.ts';

function Choice({
  name,
  label,
  options,
}: {
  readonly name: string;
  readonly label: string;
  readonly options: readonly string[];
}) {
  const { query, change } = useAddress();
  return (
    <label>
      {label}{' '}
      <select
        value={query[name] ?? ''}
        onChange={(event) => change({ [name]: event.currentTarget.value || null, cursor: null })}
      >
        <option value="">all</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option.replaceAll('_', ' ')}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Says of which backfill the runs are, and leads back to all of them. */
function BackfillFilter() {
  const { query, withQuery } = useAddress();
  const { backfill } = query;
  if (backfill === undefined) return null;
  return (
    <span>
      of <a href={`/backfills/${backfill}`}>backfill {backfill.slice(0, 8)}</a> (
      <a href={withQuery({ backfill: null, cursor: null })}>of all</a>)
    </span>
  );
}

/** Which runs to show; the address holds it. */
export const RunFilter = () => (
  <div class="row filters">
    <Choice name="state" label="State" options={STATES} />
    <Choice name="kind" label="Kind" options={KINDS} />
    <BackfillFilter />
  </div>
);

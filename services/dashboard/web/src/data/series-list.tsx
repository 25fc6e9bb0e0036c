import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listSeries } from '../../../../../shared/contract/series.ts';
import { useLocation } from 'preact-iso';
import { Choice } from '../components/choice.tsx';
import { EmptyNote } from '../components/notes.tsx';
import { Table } from '../components/table.tsx';
import { useAddress } from '../use-address.ts';
import { nameUnit } from '../quantity.ts';
import { FREQUENCIES } from './series-facts.tsx';

type Row = Answer<typeof listSeries>['data'][number];

/** Every word of the text is somewhere in the key, the name, the unit, the code, the frequency or the source. */
function fits(row: Row, text: string): boolean {
  const { key, name, unit, code, asset, frequency } = row;
  const all = [key, name, unit, nameUnit(unit), code, asset, FREQUENCIES[frequency]].join(' ').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word));
}

const optionsOf = (none: string, values: readonly string[], nameOf: (value: string) => string) => [
  { value: '', label: none },
  ...[...new Set(values)].toSorted().map((value) => ({ value, label: nameOf(value) })),
];

/** The registry, narrowed by what the address asks for. */
export function SeriesList({ rows }: { readonly rows: readonly Row[] }) {
  const { query, withQuery, replace } = useAddressInPlace();
  const { q = '', source, frequency, unit } = query;
  const shown = rows.filter(
    (row) =>
      (source === undefined || row.asset === source) &&
      (frequency === undefined || row.frequency === frequency) &&
      (unit === undefined || row.unit === unit) &&
      fits(row, q),
  );
  const frequencies = optionsOf(
    'every frequency',
    rows.map((row) => row.frequency),
    (value) => FREQUENCIES[value] ?? value,
  );
  return (
    <>
      <div class="row" role="search">
        <label>
          Search{' '}
          <input
            type="search"
            value={q}
            onInput={(event) => replace(withQuery({ q: event.currentTarget.value }))}
          />
        </label>
        <Choice
          name="source"
          label="Source"
          options={optionsOf(
            'every source',
            rows.map(({ asset }) => asset),
            (value) => value,
          )}
        />
        <Choice name="frequency" label="Frequency" options={frequencies} />
        <Choice
          name="unit"
          label="Unit"
          options={optionsOf(
            'every unit',
            rows.map((row) => row.unit),
            nameUnit,
          )}
        />
      </div>
      {shown.length === 0 ? (
        <EmptyNote>No series fits.</EmptyNote>
      ) : (
        <Table
          caption={`${shown.length} of ${rows.length} series`}
          rows={shown}
          keyOf={({ key }) => key}
          columns={[
            { label: 'Key', show: ({ key }) => <a href={`/data/series/${key}`}>{key}</a> },
            { label: 'Name', show: ({ name }) => name },
            { label: 'Unit', show: (row) => nameUnit(row.unit) },
            { label: 'Frequency', show: (row) => FREQUENCIES[row.frequency] ?? row.frequency },
            { label: 'Source', show: ({ asset, code }) => `${asset}: ${code}` },
            {
              label: 'Asked for',
              show: ({ disabled, mandatory }) =>
                disabled === null ? (
                  mandatory ? (
                    'yes, mandatory'
                  ) : (
                    'yes'
                  )
                ) : (
                  <span title={disabled}>never</span>
                ),
            },
          ]}
        />
      )}
    </>
  );
}

/** Typing replaces the address: a step back leaves the search, and not its last letter. */
function useAddressInPlace() {
  const address = useAddress();
  const { route } = useLocation();
  return { ...address, replace: (url: string) => route(url, true) };
}

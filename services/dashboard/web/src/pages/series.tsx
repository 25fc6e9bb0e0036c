import { useRoute } from 'preact-iso';
import { useMemo } from 'preact/hooks';
import { listObservations } from '../../../../../shared/contract/series.ts';
import { useWorkplace } from '../api.ts';
import { AsOf } from '../components/as-of.tsx';
import { Choice } from '../components/choice.tsx';
import { DayField } from '../components/day-field.tsx';
import { FileLinks } from '../components/file-links.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { RevisionTable } from '../data/revision-table.tsx';
import { SeriesChart } from '../data/series-chart.tsx';
import { SeriesFacts, type SeriesDetail } from '../data/series-facts.tsx';
import { SeriesTable } from '../data/series-table.tsx';
import { ValueOverrides } from '../data/value-overrides.tsx';
import { groupByDate, listVintages, spanOfKnowledge, type Revised, type Vintage } from '../data/vintages.ts';
import { countOf, formatCount } from '../format.ts';
import { useAddress } from '../use-address.ts';
import { useQuery, type Query } from '../use-query.ts';

/** Assets whose keys are curves: they have no single values. */
const CURVE_ASSETS: readonly string[] = ['bronze_b3_market_data', 'bronze_treasury_gov'];
/** Assets whose values can be set by hand. */
const SETTABLE: readonly string[] = ['bronze_bcb_sgs', 'bronze_fred'];
/** Assets whose keys are instruments. */
const INSTRUMENTS: readonly string[] = ['bronze_yahoo', 'bronze_bcb_ptax', 'silver_returns'];

type Known = { readonly asOf: string; readonly values: readonly Vintage[] } | null;

/** What is shown of a series: which numbers, of which dates. */
function useShown(series: SeriesDetail) {
  const { query } = useAddress();
  const isPublished = 'name' in series;
  const transform = query['transform'] ?? (isPublished ? undefined : series.transforms[0]?.transform);
  return { key: series.key, transform, from: query['from'], to: query['to'] };
}

type Shown = ReturnType<typeof useShown>;

/** Values with what they are: while others are on their way, those stay and keep their name. */
interface All {
  readonly shown: Shown;
  readonly revised: readonly Revised[];
}

function useValues(series: SeriesDetail): { readonly all: Query<All>; readonly known: Query<Known> } {
  const { api } = useWorkplace();
  const { query } = useAddress();
  const shown = useShown(series);
  const asOf = query['asOf'];
  const inputs = Object.values(shown);
  const all = useQuery(
    async () => ({ shown, revised: groupByDate(await listVintages(api, { ...shown, vintages: 'all' })) }),
    inputs,
    { changes: ['run'] },
  );
  const known = useQuery(
    async (): Promise<Known> =>
      asOf === undefined
        ? null
        : { asOf, values: await listVintages(api, { ...shown, asOf, vintages: 'latest' }) },
    [...inputs, asOf],
  );
  return { all, known };
}

/** Says of how many dates the first print is not known, and why. */
function UnknownPrints({ revised }: { readonly revised: readonly Revised[] }) {
  const unknown = revised.filter(({ first }) => !first.isPrint).length;
  if (unknown === 0) return null;
  return (
    <p class="quiet">
      The first print of {formatCount(unknown)} of {countOf(revised.length, 'date')} is not known: the
      provider keeps no vintages, and these values were read later than they were released.
    </p>
  );
}

function Values({ shown, revised, known }: All & { readonly known: Known }) {
  const { key, transform, ...range } = shown;
  const { asOf, date } = useAddress().query;
  const span = useMemo(() => (revised.length === 0 ? null : spanOfKnowledge(revised)), [revised]);
  const unit = revised[0]?.unit;
  if (unit === undefined || span === null)
    return <EmptyNote>{key} has no values of these dates: nothing has been stored of them.</EmptyNote>;
  const name = transform === undefined ? key : `${key} ${transform}`;
  return (
    <>
      <AsOf first={span.first} last={span.last} />
      <UnknownPrints revised={revised} />
      <SeriesChart name={name} unit={unit} revised={revised} known={known} />
      <FileLinks
        of={asOf === undefined ? 'Latest values' : `Values as known on ${asOf}`}
        endpoint={listObservations}
        params={{ key }}
        query={{ ...range, transform, asOf }}
      />
      <FileLinks
        of="Every vintage"
        endpoint={listObservations}
        params={{ key }}
        query={{ ...range, transform, vintages: 'all' }}
      />
      {date === undefined ? null : <RevisionTable series={key} transform={transform} date={date} />}
      <SeriesTable unit={unit} revised={revised} known={known} />
    </>
  );
}

function SeriesContent({ series }: { readonly series: SeriesDetail }) {
  const { all, known } = useValues(series);
  const published = 'name' in series ? [{ value: '', label: 'as published' }] : [];
  const transforms = series.transforms.map(({ transform }) => ({
    value: transform,
    label: transform.replaceAll('_', ' '),
  }));
  return (
    <>
      <div class="row">
        <Choice name="transform" label="Values" options={[...published, ...transforms]} />
        <DayField name="from" label="From" />
        <DayField name="to" label="To" />
      </div>
      <Answer query={known}>{() => null}</Answer>
      <Answer query={all}>{(answer) => <Values {...answer} known={known.data} />}</Answer>
      {'name' in series && SETTABLE.includes(series.asset) ? (
        <ValueOverrides series={series.key} unit={series.unit} onSet={all.reload} />
      ) : null}
    </>
  );
}

function Series({ name }: { readonly name: string }) {
  const { api } = useWorkplace();
  const query = useQuery(() => api.getSeries({ params: { key: name } }), [name]);
  return (
    <Answer query={query}>
      {(series) => (
        <>
          <SeriesFacts series={series} />
          {INSTRUMENTS.includes(series.asset) ? (
            <p>
              <a href={`/data/returns/${encodeURIComponent(name)}`}>Prices, returns and volatility</a>
            </p>
          ) : null}
          {CURVE_ASSETS.includes(series.asset) ? (
            <EmptyNote>
              {name} holds whole curves and no single values: see the <a href="/data#curves">curves</a>.
            </EmptyNote>
          ) : (
            <SeriesContent series={series} />
          )}
        </>
      )}
    </Answer>
  );
}

/** A series with its vintages: what was printed first, what holds now, and what was known on any day between. */
export function SeriesPage() {
  const { key = '' } = useRoute().params;
  return (
    <Page title={key} actions={<a href="/data">All series</a>}>
      <Series key={key} name={key} />
    </Page>
  );
}

import { useRoute } from 'preact-iso';
import { listBars } from '../../../../../shared/contract/bars.ts';
import { useWorkplace } from '../api.ts';
import { Choice } from '../components/choice.tsx';
import { DayField } from '../components/day-field.tsx';
import { FileLinks } from '../components/file-links.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { DerivedChart } from '../data/derived-chart.tsx';
import { BarTable } from '../data/price-table.tsx';
import type { SeriesDetail } from '../data/series-facts.tsx';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

const PRICE = 'price';
const RETURN = 'log_return';
/** Sessions that the table shows; the files have them all. */
const SHOWN_BARS = 60;
/** Of the transforms of an instrument: its prices and returns, which have charts of their own. */
const PRICES: readonly string[] = [PRICE, 'close', RETURN, 'simple_return', 'price_return'];

function Bars({ instrument }: { readonly instrument: string }) {
  const { api } = useWorkplace();
  const { from, to, asOf } = useAddress().query;
  const bars = useQuery(
    () =>
      api.listBars({
        params: { key: instrument },
        query: { from, to, asOf, order: 'newest', limit: SHOWN_BARS },
      }),
    [instrument, from, to, asOf],
  );
  return (
    <Answer query={bars}>
      {({ data, nextCursor }) => (
        <>
          <BarTable bars={data} hasMore={nextCursor !== null} />
          <FileLinks
            of={`Bars of ${instrument}`}
            endpoint={listBars}
            params={{ key: instrument }}
            query={{ from, to, asOf }}
          />
        </>
      )}
    </Answer>
  );
}

/** Volatilities first: they are what is mostly looked for. */
const listStats = ({ transforms }: SeriesDetail): string[] =>
  transforms
    .map(({ transform }) => transform)
    .filter((name) => !PRICES.includes(name))
    .toSorted((a, b) => Number(b.includes('vol')) - Number(a.includes('vol')));

function ReturnsContent({ series }: { readonly series: SeriesDetail }) {
  const { query } = useAddress();
  const stats = listStats(series);
  const stat = query['stat'] ?? stats[0];
  const has = (name: string): boolean => series.transforms.some(({ transform }) => transform === name);
  if (series.transforms.length === 0)
    return <EmptyNote>Silver has derived nothing of {series.key} yet.</EmptyNote>;
  return (
    <>
      <div class="row">
        <DayField name="from" label="From" />
        <DayField name="to" label="To" />
        <DayField name="asOf" label="As known on" />
      </div>
      {has(PRICE) ? (
        <>
          <h2>Price</h2>
          <DerivedChart instrument={series.key} transform={PRICE} color="accent" />
        </>
      ) : null}
      {has(RETURN) ? (
        <>
          <h2>Returns</h2>
          <DerivedChart instrument={series.key} transform={RETURN} color="wait" look="bars" />
        </>
      ) : null}
      {stat === undefined ? null : (
        <>
          <h2>Statistics</h2>
          <Choice
            name="stat"
            label="Statistic"
            options={stats.map((value) => ({ value, label: value.replaceAll('_', ' ') }))}
          />
          <DerivedChart key={stat} instrument={series.key} transform={stat} color="good" />
        </>
      )}
      {series.asset === 'bronze_yahoo' ? (
        <>
          <h2>Bars</h2>
          <Bars instrument={series.key} />
        </>
      ) : null}
    </>
  );
}

function Returns({ name }: { readonly name: string }) {
  const { api } = useWorkplace();
  const query = useQuery(() => api.getSeries({ params: { key: name } }), [name]);
  return <Answer query={query}>{(series) => <ReturnsContent series={series} />}</Answer>;
}

/** An instrument, or a pair of them: prices, returns, volatility and the other statistics of silver. */
export function ReturnsPage() {
  const { key = '' } = useRoute().params;
  return (
    <Page title={`${key}: prices and returns`} actions={<a href={`/data/series/${key}`}>Vintages</a>}>
      <Returns key={key} name={key} />
    </Page>
  );
}

import { useMemo } from 'preact/hooks';
import { listSignals } from '../../../../../shared/contract/signals.ts';
import { AGENT_NAMES } from '../../../../../shared/pipeline/graph.ts';
import { addMonths, listWeekdays } from '../../../../../shared/time.ts';
import { useWorkplace } from '../api.ts';
import { collect } from '../collect.ts';
import { Choice } from '../components/choice.tsx';
import { DayField } from '../components/day-field.tsx';
import { FileLinks } from '../components/file-links.tsx';
import { Answer, EmptyNote } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { CompositeChart, PRICES } from '../signals/composite-chart.tsx';
import { HeatMap } from '../signals/heat-map.tsx';
import { findNewestReport } from '../signals/newest-report.ts';
import { SignalTable } from '../signals/signal-table.tsx';
import { MAIN_SIGNALS, shortenAgent, type Signal } from '../signals/signal-words.ts';
import { TrackRecord } from '../signals/track-record.tsx';
import { formatRange } from '../format.ts';
import { useAddress } from '../use-address.ts';
import { useQuery } from '../use-query.ts';

/** Months of the range that nobody has chosen. */
const USUAL_MONTHS = -3;

const AGENT_OPTIONS = [
  { value: '', label: 'every agent' },
  ...AGENT_NAMES.map((value) => ({ value, label: shortenAgent(value) })),
];

/** The signals that can be chosen, the main ones first. */
const listNames = (signals: readonly Signal[]): string[] => {
  const names = new Set(signals.map(({ signalId }) => signalId));
  const main = Object.values(MAIN_SIGNALS).filter((name) => names.has(name));
  return [...new Set([...main, ...names])];
};

function Shown({ signals, from, to }: { signals: readonly Signal[]; from: string; to: string }) {
  const { query } = useAddress();
  const { agent, asOf } = query;
  const days = useMemo(() => listWeekdays(from, to), [from, to]);
  const own = useMemo(
    () => signals.filter((signal) => agent === undefined || signal.agent === agent),
    [signals, agent],
  );
  const last = own.at(-1)?.partition;
  const names = listNames(own);
  const signal = query['signal'] ?? names[0];
  const price = PRICES.find(({ value }) => value === query['price']) ?? PRICES[0];
  if (last === undefined || signal === undefined)
    return (
      <EmptyNote>
        No signals from {from} to {to}: no agent has reported on these partitions
        {asOf === undefined ? '' : ` by ${asOf}`}.
      </EmptyNote>
    );
  return (
    <>
      <HeatMap signals={own} days={days} />
      <FileLinks of={`Signals ${from} to ${to}`} endpoint={listSignals} query={{ from, to, agent, asOf }} />
      <div class="beside">
        <section>
          <h2>Over a price</h2>
          <div class="filters">
            <Choice name="price" label="Price" options={PRICES} />
          </div>
          <CompositeChart price={price} signals={signals} from={from} to={to} asOf={asOf} />
        </section>
        <section>
          <h2>Track record</h2>
          <div class="filters">
            <Choice name="signal" label="Signal" options={names.map((value) => ({ value, label: value }))} />
          </div>
          <TrackRecord signalId={signal} asOf={asOf} />
        </section>
      </div>
      <SignalTable
        caption={`Signals of ${last}`}
        signals={own.filter(({ partition }) => partition === last)}
        hasAgent
      />
    </>
  );
}

function Signals({ newest }: { readonly newest: string }) {
  const { api } = useWorkplace();
  const { query } = useAddress();
  const { asOf } = query;
  const to = query['to'] ?? newest;
  const from = query['from'] ?? addMonths(to, USUAL_MONTHS);
  const signals = useQuery(
    () =>
      collect((cursor) =>
        api.listSignals({ query: { from, to, asOf, inputs: 'false', cursor, limit: 2_000 } }),
      ),
    [from, to, asOf],
    { changes: ['run'] },
  );
  return (
    <>
      <div class="row">
        <Choice name="agent" label="Agent" options={AGENT_OPTIONS} />
        <DayField name="from" label="From" />
        <DayField name="to" label="To" />
        <DayField name="asOf" label="As known on" />
        <span class="quiet">
          {formatRange({ from, to })}
          {asOf === undefined ? '' : `, as reported by ${asOf}`}
        </span>
      </div>
      <Answer query={signals}>{(rows) => <Shown signals={rows} from={from} to={to} />}</Answer>
    </>
  );
}

/** What the agents say over time: a heat map, their main signals over a price, and how often a signal was right. */
export function SignalsPage() {
  const { api } = useWorkplace();
  const newest = useQuery(() => findNewestReport(api), [], { changes: ['run'] });
  return (
    <Page title="Signals">
      <Answer query={newest}>
        {(partition) =>
          partition === null ? (
            <EmptyNote>No agent has reported yet: run a partition first.</EmptyNote>
          ) : (
            <Signals newest={partition} />
          )
        }
      </Answer>
    </Page>
  );
}

import { useMemo } from 'preact/hooks';
import { AGENT_NAMES, type AgentName } from '../../../../../shared/pipeline/graph.ts';
import type { Client } from '../../../../../shared/client/client.ts';
import { useWorkplace } from '../api.ts';
import { collect } from '../collect.ts';
import { Answer } from '../components/notes.tsx';
import { TimeChart, type Line } from '../components/time-chart.tsx';
import { nameUnit, scaleValue } from '../quantity.ts';
import { useQuery } from '../use-query.ts';
import { MAIN_SIGNALS, shortenAgent, signConfidence, type Signal } from './signal-words.ts';

/** A price by date, with its unit. */
interface Price {
  readonly unit: string;
  readonly points: Line['points'];
}

interface Range {
  readonly from: string;
  readonly to: string;
  /** Nothing that became known later; undefined: everything. */
  readonly asOf: string | undefined;
}

const instrument =
  (key: string) =>
  async (api: Client, range: Range): Promise<Price> => {
    const { unit, points } = await api.getSeriesPoints({
      params: { key },
      query: { transform: 'price', ...range },
    });
    return { unit, points: points.map(([date, value]) => [date, scaleValue(value, unit)]) };
  };

async function loadDi(api: Client, range: Range): Promise<Price> {
  const rows = await collect((cursor) =>
    api.listCurveTenor({ params: { id: 'DI_PRE', tenor: '1Y' }, query: { ...range, cursor } }),
  );
  const unit = 'decimal_per_year';
  return { unit, points: rows.map(({ date, rate }) => [date, scaleValue(rate, unit)]) };
}

/** What composites can be held against, the usual one first. */
export const PRICES = [
  { value: 'USDBRL', label: 'USDBRL (PTAX)', load: instrument('USDBRL_PTAX') },
  { value: 'IBOV', label: 'Ibovespa', load: instrument('IBOVESPA') },
  { value: 'DI1Y', label: 'DI one year', load: loadDi },
] as const;

const COLORS: Readonly<Record<AgentName, string>> = {
  agent_inflation: 'bad',
  agent_monetary_policy: 'accent',
  agent_fiscal: 'warn',
  agent_fx_equilibrium: 'good',
  agent_cross_asset: 'wait',
};

function toLine(agent: AgentName, signals: readonly Signal[]): Line {
  const own = signals.filter(({ signalId }) => signalId === MAIN_SIGNALS[agent]);
  return {
    name: shortenAgent(agent),
    points: own.map((signal) => [signal.partition, signConfidence(signal)]),
    color: COLORS[agent],
    look: 'step',
    axis: 1,
  };
}

function Lines({
  name,
  price,
  signals,
}: {
  readonly name: string;
  readonly price: Price;
  readonly signals: readonly Signal[];
}) {
  const lines = useMemo(
    (): Line[] => [
      { name, points: price.points, color: 'quiet', look: 'dashed' },
      ...AGENT_NAMES.map((agent) => toLine(agent, signals)),
    ],
    [name, price, signals],
  );
  const units = useMemo((): [string, string] => [nameUnit(price.unit), 'direction × confidence'], [price]);
  const label = `The main signals of the five agents, from −1 (short) to 1 (long), over ${name}. The files above have the numbers.`;
  return <TimeChart label={label} lines={lines} units={units} range={BOUNDS} />;
}

const BOUNDS = [-1, 1] as const;

/** What each agent thinks on the whole, over a price. */
export function CompositeChart({
  price,
  signals,
  from,
  to,
  asOf,
}: {
  readonly price: (typeof PRICES)[number];
  readonly signals: readonly Signal[];
} & Range) {
  const { api } = useWorkplace();
  const query = useQuery(
    async () => ({ name: price.label, price: await price.load(api, { from, to, asOf }) }),
    [price.value, from, to, asOf],
  );
  return <Answer query={query}>{(loaded) => <Lines {...loaded} signals={signals} />}</Answer>;
}

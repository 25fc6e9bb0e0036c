import type { AgentDefinition } from '../../../services/agents/framework/agent.ts';
import type { Panel } from '../../../services/agents/framework/panel.ts';
import { CORES } from '../../../services/agents/inflation/series.ts';
import { IPCA_GROUPS } from '../../../shared/economics/ipca-groups.ts';
import type { StoredReport } from '../../../shared/db/reader.ts';
import type { AgentName } from '../../../shared/pipeline/graph.ts';
import type { CurvePointRow, MacroRow, PriceRow } from '../../../shared/silver/rows.ts';
import { addDays, addMonths, cutoffOf, listWeekdays, type Day } from '../../../shared/time.ts';
import { listCurveRows, listMacroRows, listMonths, makeExpectations, makeReport } from './framework-panel.ts';

/** The partition of the constructed world: IPCA of March 2024 is its latest month. */
export const PARTITION: Day = '2024-05-07';

const LAST_MONTH = '2024-03';
const MONTHS = 132;
const FIRST_MONTH = addMonths(`${LAST_MONTH}-01`, 1 - MONTHS).slice(0, 7);

/** One month or day of a series, by its place counted back from the last: 0 is the latest. */
export type Shape = (back: number) => number;

/** What a test may put in the place of a series of the world, by `key|transform`. */
export type Shapes = Readonly<Record<string, Shape>>;

/** Waves that have nothing to do with each other: the columns of a regression are not to depend on each other. */
const wave =
  (level: number, size: number, pace: number): Shape =>
  (back) =>
    level + size * Math.sin(pace * (back + 1));

/** Regressors of the Phillips curve, a year back from the core they make. */
const EXPECTED = wave(4, 0.8, 0.37);
const GAP = wave(0.2, 1, 0.23);
const COMMODITY = wave(100, 12, 0.11);
/** Growth of the commodity index over twelve months, percent. */
const commodityGrowth: Shape = (back) => (COMMODITY(back) / COMMODITY(back + 12) - 1) * 100;

/** Core a year after its regressors, with known coefficients. */
export const PHILLIPS = { constant: 0.5, expected: 0.9, gap: 0.4, commodity: 0.05 };
const core: Shape = (back) =>
  PHILLIPS.constant +
  PHILLIPS.expected * EXPECTED(back + 12) +
  PHILLIPS.gap * GAP(back + 12) +
  PHILLIPS.commodity * commodityGrowth(back + 12);

/** Every series that the agents of inflation and monetary policy read for their signals. */
const MONTHLY: Shapes = {
  'BR_IPCA_MOM|level': wave(0.4, 0.15, 2.1),
  'BR_IPCA15_MOM|level': (back) => wave(0.4, 0.15, 2.1)(back) - 0.1 * Math.sin(1.7 * back),
  'BR_IPCA_MOM|yoy': () => 5,
  'BR_IPCA_DIFFUSION|level': () => 68,
  'BR_IPCA_SERVICES|yoy': () => 6.5,
  'BR_INFLATION_EXPECTATION_BLEND|level': EXPECTED,
  'BR_ACTIVITY_GAP|level': GAP,
  'BR_OUTPUT_GAP|level': GAP,
  'BR_LABOUR_GAP|level': GAP,
  'BR_CAPACITY_GAP|level': GAP,
  'BR_ICBR_USD|level': COMMODITY,
  'BR_REAL_RATE_EX_ANTE|level': () => 5.5,
  'US_PCE_CORE|saar3': () => 3.4,
  'US_PCE_CORE|yoy': () => 2.8,
  'US_PCE_SUPERCORE|mom': () => 0.3,
  ...Object.fromEntries(CORES.map((key) => [`${key}|yoy`, core])),
  ...Object.fromEntries(IPCA_GROUPS.map(({ key }, i) => [`${key}|level`, wave(0.5, 0.2, 1.3 + i)])),
};
const QUARTERLY: Shapes = { 'US_OUTPUT_GAP|level': () => 1, 'US_OUTPUT_GAP_HP|level': () => 1.2 };
const DAILY: Shapes = {
  'BR_SELIC_TARGET|level': () => 10.5,
  'US_FED_FUNDS|level': () => 5.33,
};

/** Rates of a curve of `PARTITION` and before, percent, by curve and tenor. */
export type Rates = Readonly<Record<string, Shape>>;

const RATES: Rates = { 'BR_BEI|18M': () => 4.6, 'DI_PRE|1Y': () => 13, 'DI_PRE|10Y': wave(11.5, 0.4, 2.3) };

/** A world in which every signal of the two agents can be computed; a test replaces or adds to what it is about. */
export interface World {
  readonly series?: Shapes;
  readonly rates?: Rates;
  /** USDBRL by sessions back. */
  readonly usdbrl?: Shape;
  /** Expected IPCA in the report that monetary policy reads, percent. */
  readonly expected?: number;
  readonly source?: string;
  /** What the world lacks: `key|transform` of a series, an instrument, a curve or an agent. */
  readonly without?: readonly string[];
}

function listSeries(shapes: Shapes, frequency: 'day' | 'month' | 'quarter'): MacroRow[] {
  return Object.entries(shapes).flatMap(([id, shape]) => {
    const [key = '', transform = ''] = id.split('|');
    const values =
      frequency === 'day'
        ? Object.fromEntries(
            Array.from({ length: 400 }, (_, i) => [addDays(PARTITION, i - 399), shape(399 - i)]),
          )
        : frequency === 'month'
          ? listMonths(
              FIRST_MONTH,
              Array.from({ length: MONTHS }, (_, i) => shape(MONTHS - 1 - i)),
            )
          : { '2023-Q3': shape(1), '2023-Q4': shape(0) };
    return listMacroRows(key, transform, values);
  });
}

/** Weekly curves of two years and a half. */
function listCurves(rates: Rates): CurvePointRow[] {
  const days = listWeekdays(addMonths(PARTITION, -30), PARTITION)
    .filter((_, i) => i % 5 === 0)
    .toReversed();
  const byCurve = Map.groupBy(Object.entries(rates), ([id]) => id.split('|')[0]!);
  return [...byCurve].flatMap(([curveId, tenors]) =>
    days.flatMap((day, back) =>
      listCurveRows(
        curveId,
        day,
        Object.fromEntries(tenors.map(([id, shape]) => [id.split('|')[1]!, shape(back)])),
      ),
    ),
  );
}

function listPrices(shape: Shape): PriceRow[] {
  const days = listWeekdays(addMonths(PARTITION, -140), PARTITION);
  return days.map((sessionDate, i) => ({
    instrument: 'USDBRL_PTAX',
    sessionDate,
    knownAt: cutoffOf(sessionDate) - 12 * 3_600_000,
    price: shape(days.length - 1 - i),
    field: 'ask',
    logReturn: null,
    simpleReturn: null,
    flags: [],
  }));
}

/** The panel of a world. */
export function buildPanel({
  series = {},
  rates = {},
  usdbrl = wave(5, 0.5, 0.013),
  expected = 4.6,
  source = 'fisher_breakeven',
  without = [],
}: World = {}): Panel {
  const pick = (shapes: Shapes): Shapes =>
    Object.fromEntries(
      Object.entries(shapes)
        .filter(([id]) => !without.includes(id))
        .map(([id, shape]) => [id, series[id] ?? shape]),
    );
  const reports: [AgentName, StoredReport[]][] = [
    ['agent_inflation', [makeReport('agent_inflation', PARTITION, makeExpectations(expected, 3.3, source))]],
  ];
  return {
    macro: [
      ...listSeries(pick(MONTHLY), 'month'),
      ...listSeries(pick(QUARTERLY), 'quarter'),
      ...listSeries(pick(DAILY), 'day'),
    ],
    prices: without.includes('USDBRL_PTAX') ? [] : listPrices(usdbrl),
    stats: [],
    curvePoints: listCurves({ ...RATES, ...rates }).filter(({ curveId }) => !without.includes(curveId)),
    curveMetrics: [],
    reports: new Map(without.includes('agent_inflation') ? [] : reports),
  };
}

/** Shape of a series of the world, to be bumped. */
export function shapeOf(id: string): Shape {
  const shape = { ...MONTHLY, ...QUARTERLY, ...DAILY, ...RATES }[id];
  if (shape === undefined) throw new Error(`no series ${id} in the world`);
  return shape;
}

/** Names of everything that an agent reads, as `without` takes them. */
export function listReads<Parameters>({ reads }: AgentDefinition<Parameters>): string[] {
  return [
    ...(reads.macro ?? []).map(({ key, transform }) => `${key}|${transform}`),
    ...(reads.prices ?? []),
    ...(reads.curves ?? []),
    ...(reads.reports ?? []),
  ];
}

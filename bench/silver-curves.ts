import { formatTable, type Column } from '../infra/cli/format-table.ts';
import { buildBrazil } from '../services/silver/curves/brazil.ts';
import { deriveCurves } from '../services/silver/curves/derive.ts';
import { buildTreasury } from '../services/silver/curves/treasury.ts';
import type { StoredCurvePoint } from '../shared/db/reader.ts';
import { createFitCache } from '../shared/numeric/nelson-siegel-fit.ts';
import type { Day } from '../shared/time.ts';
import {
  readDailyDiPoints,
  readPagePoints,
  readParYields,
  readSettlementPoints,
  RECORDED_PAGES,
} from '../tests/helpers/recorded-curves.ts';

/** Curve dates with what was published on them, ascending. */
type History = readonly (readonly [date: Day, points: readonly StoredCurvePoint[]])[];

/** One line of the report. */
interface Measured {
  readonly history: string;
  readonly dates: number;
  readonly rows: number;
  readonly durationMs: number;
}

const ROUNDS = 3;
const WARM_UP_DATES = 50;
/** Every fourth date, every second, all: later curves have more tenors, so a part of the years would not compare. */
const STEPS = [4, 2, 1];

function readPages(): History {
  const points = RECORDED_PAGES.flatMap((page) => page.dates.flatMap((date) => readPagePoints(page, date)));
  return [...Map.groupBy(points, ({ date }) => date)];
}

/** Derives every date of a history; milliseconds are of processor time, which other work on the machine hardly lengthens. */
function timeDerivation(history: History, isTreasury: boolean): { durationMs: number; rows: number } {
  const cache = createFitCache();
  const build = isTreasury
    ? (points: readonly StoredCurvePoint[]) => buildTreasury(points, cache)
    : buildBrazil;
  const before = process.cpuUsage();
  let rows = 0;
  for (const [date, points] of history) {
    const derived = deriveCurves(date, points, build);
    rows += derived.points.length + derived.fits.length + derived.metrics.length;
  }
  return { durationMs: process.cpuUsage(before).user / 1000, rows };
}

function takeMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const treasury: History = [...readParYields()].toSorted(([a], [b]) => (a < b ? -1 : 1));
const futures: History = [...readSettlementPoints(), ...readDailyDiPoints()];
const histories = [
  ['US par yields 1990-2024', treasury, true],
  ['B3 settlements 2021-2022 and 2026', futures, false],
  ['B3 reference pages', readPages(), false],
] as const;

const COLUMNS: readonly Column<Measured>[] = [
  { title: 'History', render: ({ history }) => history },
  { title: 'Dates', align: 'right', render: ({ dates }) => String(dates) },
  { title: 'Rows', align: 'right', render: ({ rows }) => String(rows) },
  { title: 'Seconds', align: 'right', render: ({ durationMs }) => (durationMs / 1000).toFixed(2) },
  {
    title: 'Dates/s',
    align: 'right',
    render: ({ dates, durationMs }) => ((dates / durationMs) * 1000).toFixed(0),
  },
];

function measureEvery(step: number, history: History, isTreasury: boolean): Measured {
  const part = history.filter((_, i) => i % step === 0);
  const rounds = Array.from({ length: ROUNDS }, () => timeDerivation(part, isTreasury));
  return {
    history: `${STEPS[0]! / step}×`,
    dates: part.length,
    rows: rounds[0]!.rows,
    durationMs: takeMedian(rounds.map(({ durationMs }) => durationMs)),
  };
}

process.stdout.write(
  `Curve dates derived in a second of processor time: median of ${ROUNDS}, growth over shares of the history\n`,
);
for (const [name, history, isTreasury] of histories) {
  timeDerivation(history.slice(0, WARM_UP_DATES), isTreasury);
  const rows = STEPS.map((step) => measureEvery(step, history, isTreasury));
  process.stdout.write(`\n${name}\n${formatTable(COLUMNS, rows).join('\n')}\n`);
}

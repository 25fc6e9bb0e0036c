import {
  addWritten,
  keepOnlyCurves,
  NOTHING,
  replaceCurves,
  type CurveRows,
} from '../../../shared/db/silver.ts';
import type { StoredCurvePoint } from '../../../shared/db/reader.ts';
import { createFitCache } from '../../../shared/numeric/nelson-siegel-fit.ts';
import type { BronzeName } from '../../../shared/pipeline/graph.ts';
import type { TaskContext } from '../../../shared/pipeline/handler.ts';
import { daysBetween, type Day } from '../../../shared/time.ts';
import { createSilverHandler, type Change, type Write } from '../derivation.ts';
import { BRAZIL_CURVES, buildBrazil } from './brazil.ts';
import type { CurveSet } from './curve-set.ts';
import { deriveCurves, type DerivedCurves } from './derive.ts';
import type { FitMemory } from './fit.ts';
import { buildTreasury, TREASURY_CURVES } from './treasury.ts';

/** Curves of one country: they are built together, date by date. */
interface Market {
  readonly upstream: Extract<BronzeName, 'bronze_b3_market_data' | 'bronze_treasury_gov'>;
  readonly curveIds: readonly string[];
  /** Curves that bronze holds. */
  readonly sources: readonly string[];
  createBuilder(): (points: readonly StoredCurvePoint[]) => CurveSet;
}

const MARKETS: readonly Market[] = [
  {
    upstream: 'bronze_b3_market_data',
    curveIds: BRAZIL_CURVES,
    sources: BRAZIL_CURVES.filter((curveId) => curveId !== 'BR_BEI'),
    createBuilder() {
      const memory: FitMemory = new Map();
      return (points) => buildBrazil(points, memory);
    },
  },
  {
    upstream: 'bronze_treasury_gov',
    curveIds: TREASURY_CURVES,
    sources: ['UST_NOM', 'UST_REAL'],
    createBuilder() {
      const cache = createFitCache();
      return (points) => buildTreasury(points, cache);
    },
  },
];

const ALL_CURVES = MARKETS.flatMap(({ curveIds }) => curveIds);
const DATES_PER_READ = 120;
const DAYS_PER_READ = 200;

/** Ascending dates in batches that are short in number and in days, so that a read holds little else. */
function* batchDates(dates: readonly Day[]): Generator<Day[]> {
  let batch: Day[] = [];
  for (const date of dates) {
    const isFull =
      batch.length === DATES_PER_READ ||
      (batch[0] !== undefined && daysBetween(batch[0], date) > DAYS_PER_READ);
    if (isFull) {
      yield batch;
      batch = [];
    }
    batch.push(date);
  }
  if (batch.length > 0) yield batch;
}

interface Batch {
  readonly dates: readonly Day[];
  readonly rows: CurveRows;
}

async function deriveBatch(
  ctx: TaskContext,
  market: Market,
  dates: readonly Day[],
  build: ReturnType<Market['createBuilder']>,
): Promise<Batch> {
  const first = dates[0]!;
  const stored = await ctx.read.bronze(market.upstream).curvePoints(market.sources, first, dates.at(-1)!);
  const byDate = Map.groupBy(stored, (point) => point.date);
  const derived: DerivedCurves[] = [];
  for (const date of dates) {
    derived.push(deriveCurves(date, byDate.get(date) ?? [], build));
    await ctx.breathe();
  }
  const rows = {
    points: derived.flatMap(({ points }) => points),
    fits: derived.flatMap(({ fits }) => fits),
    metrics: derived.flatMap(({ metrics }) => metrics),
  };
  return { dates, rows };
}

async function deriveMarket(ctx: TaskContext, market: Market, { everything, since }: Change): Promise<Write> {
  const { upstream, curveIds } = market;
  const changed = await ctx.read.bronze(upstream).changedCurveDates(since(upstream));
  const dates = [...new Set(changed.map(({ date }) => date))];
  const build = market.createBuilder();
  const batches: Batch[] = [];
  for (const batch of batchDates(dates)) batches.push(await deriveBatch(ctx, market, batch, build));
  return async (tx) => {
    let written = everything ? await keepOnlyCurves(tx, ALL_CURVES, { curveIds, dates }) : NOTHING;
    for (const batch of batches) {
      const replaced = await replaceCurves(tx, { curveIds, dates: batch.dates }, batch.rows);
      written = addWritten(written, replaced);
    }
    return written;
  };
}

/** Brazilian and US curves on standard tenors, their fits, breakevens, shape and carry. */
export const deriveCurvesAsset = createSilverHandler({
  asset: 'silver_curves',
  upstreams: MARKETS.map(({ upstream }) => upstream),
  async derive(ctx, change) {
    const writes: Write[] = [];
    for (const market of MARKETS) writes.push(await deriveMarket(ctx, market, change));
    return async (tx) => {
      let written = NOTHING;
      for (const write of writes) written = addWritten(written, await write(tx));
      return written;
    };
  },
});

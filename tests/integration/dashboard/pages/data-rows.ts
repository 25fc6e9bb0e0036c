import { randomUUID } from 'node:crypto';
import type { Database } from '../../../../shared/db/client.ts';
import {
  bars,
  observations,
  silverCurveFit,
  silverCurveMetric,
  silverCurvePoint,
  silverMacro,
  silverPrice,
  silverStat,
} from '../../../../shared/db/schema.ts';
import { registerSeries } from '../../../../shared/db/series.ts';

const taskId = randomUUID();

/** Where the vintage of a fact comes from. */
export const vintage = (releaseTime: string, revision = 0) => ({
  vintageAt: new Date(releaseTime),
  ruleReleaseTime: new Date(releaseTime),
  ruleReleaseBasis: 'calendar',
  revision,
  releaseTime: new Date(releaseTime),
  releaseTimeBasis: revision === 0 ? 'calendar' : 'first_seen',
  vintageBasis: 'first_seen',
  ingestVersion: 1,
  taskId,
});

const ipca = (date: string, value: string, releaseTime: string, revision = 0) => ({
  key: 'BR_IPCA_MOM',
  date,
  value,
  ...vintage(releaseTime, revision),
});

const yoy = (period: string, knownAt: string, value: number) => ({
  seriesKey: 'BR_IPCA_MOM',
  transform: 'yoy',
  period,
  periodStart: `${period}-01`,
  knownAt: new Date(knownAt),
  value,
  unit: 'percent_12_months',
  inputs: `BR_IPCA_MOM[2021-01…${period}] r0`,
});

const point = (curveDate: string, tenor: string, years: number, method: string, value: number) => ({
  curveId: 'DI_PRE',
  curveDate,
  tenor,
  calendarDays: Math.round(years * 365),
  businessDays: Math.round(years * 252),
  knownAt: new Date(`${curveDate}T22:00:00Z`),
  value,
  valueKind: 'zero_rate',
  method,
  inputs: `DI1[${curveDate}] 3 vertices r0`,
});

const curve = (date: string, level: number) => [
  point(date, 'DI1F23', 0.5, 'observed', level),
  point(date, '1Y', 1, 'flat_forward', level + 0.001),
  point(date, '10Y', 10, 'flat_forward', level - 0.005),
];

const session = (sessionDate: string, price: number, logReturn: number | null) => ({
  instrument: 'IBOVESPA',
  field: 'close',
  unit: 'index_points',
  sessionDate,
  knownAt: new Date(`${sessionDate}T21:30:00Z`),
  close: price,
  price,
  logReturn,
  simpleReturn: logReturn,
  priceReturn: logReturn,
  flags: [],
  inputs: `IBOVESPA[${sessionDate}] r0`,
});

/** Stores two months of a series (one of them revised), its yearly rate, a curve of two sessions and an instrument of two. */
export async function storeData(db: Database): Promise<void> {
  await registerSeries(db);
  await db.insert(observations).values([
    ipca('2021-11-01', '0.95', '2021-12-10T12:00:00Z'),
    ipca('2021-12-01', '0.70', '2022-01-11T12:00:00Z'),
    ipca('2021-12-01', '0.73', '2022-01-20T12:00:00Z', 1),
    // Read long after its release: it may have been revised since.
    { ...ipca('2022-01-01', '98.6', '2022-03-17T12:00:00Z'), key: 'BR_IBC_BR', vintageBasis: 'latest' },
  ]);
  await db
    .insert(silverMacro)
    .values([yoy('2021-11', '2021-12-10T12:00:00Z', 10.74), yoy('2021-12', '2022-01-11T12:00:00Z', 10.06)]);
  await db.insert(silverCurvePoint).values([...curve('2022-06-13', 0.13), ...curve('2022-06-20', 0.135)]);
  const fit = { curveId: 'DI_PRE', curveDate: '2022-06-20', knownAt: new Date('2022-06-20T22:00:00Z') };
  await db.insert(silverCurveFit).values({
    ...fit,
    model: 'ns',
    status: 'ok',
    b0: 0.12,
    b1: 0.01,
    b2: 0.02,
    l1: 1.5,
    rmseBp: 4,
    points: 3,
  });
  await db.insert(silverCurveMetric).values([
    { ...fit, metric: 'fwd_5y5y', value: 0.1288, unit: 'decimal', inputs: 'DI_PRE' },
    { ...fit, metric: 'slope', value: -0.0053, unit: 'decimal', inputs: 'DI_PRE' },
  ]);
  await db.insert(bars).values(
    [98_080.34, 98_672.26].map((close, place) => ({
      key: 'IBOVESPA',
      date: `2022-06-2${3 + place}`,
      close: String(close),
      volume: '10345200',
      ...vintage(`2022-06-2${3 + place}T21:30:00Z`),
    })),
  );
  await db
    .insert(silverPrice)
    .values([session('2022-06-23', 98_080.34, null), session('2022-06-24', 98_672.26, 0.006)]);
  const stat = {
    sessionDate: '2022-06-24',
    knownAt: new Date('2022-06-24T21:30:00Z'),
    inputs: 'IBOVESPA[2022-05-24…2022-06-24] r0',
  };
  await db.insert(silverStat).values([
    {
      ...stat,
      instrument: 'IBOVESPA',
      stat: 'realised_vol',
      window: 21,
      value: 0.2135,
      unit: 'decimal_per_year',
    },
    {
      ...stat,
      instrument: 'IBOVESPA~SP500',
      stat: 'correlation',
      window: 63,
      value: 0.55,
      unit: 'ratio',
    },
  ]);
}

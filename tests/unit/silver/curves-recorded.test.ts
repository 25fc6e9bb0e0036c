import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildBrazil } from '../../../services/silver/curves/brazil.ts';
import type { CurveSet, Point } from '../../../services/silver/curves/curve-set.ts';
import { deriveCurves } from '../../../services/silver/curves/derive.ts';
import type { FitMemory } from '../../../services/silver/curves/fit.ts';
import { buildTreasury } from '../../../services/silver/curves/treasury.ts';
import { describeContract } from '../../../shared/connectors/b3/contracts.ts';
import type { StoredCurvePoint } from '../../../shared/db/reader.ts';
import { createFitCache } from '../../../shared/numeric/nelson-siegel-fit.ts';
import { bootstrapPar } from '../../../shared/numeric/par-bootstrap.ts';
import {
  computeDv01Annual,
  computeForwardAnnual,
  computePuFromRate,
  computeRateFromPu,
} from '../../../shared/numeric/rates.ts';
import { yearsOfPoint, yearsOfTenor, type CurveId } from '../../../shared/silver/curve-conventions.ts';
import type { Day } from '../../../shared/time.ts';
import {
  readDailyDiPoints,
  readPagePoints,
  readParYields,
  readRecordedRows,
  readSettlementPoints,
  RECORDED_PAGES,
} from '../../helpers/recorded-curves.ts';

const [PRE] = RECORDED_PAGES;
const settlements = readSettlementPoints();
const parYields = readParYields();

const findStandard = (set: CurveSet, curveId: CurveId, tenor: string): Point =>
  set.points.find(
    (point) => point.curveId === curveId && point.tenor === tenor && point.method !== 'observed',
  )!;

/** Every `step`-th date of a map. */
function sample<Value>(byDate: ReadonlyMap<Day, Value>, step: number): [Day, Value][] {
  return [...byDate].filter((_, i) => i % step === 0);
}

describe('DI1 contracts as PYield reads the files of 2023-02-02 and 2025-02-03', () => {
  const contracts = ['2023-02-02', '2025-02-03'].flatMap((date) =>
    readRecordedRows(`b3/tables/pyield_futuro_${date}_DI1.csv`).map((row) => ({
      date,
      ticker: row[1]!,
      businessDays: Number(row[3]),
      dv01: Number(row[5]),
      price: Number(row[10]),
      rate: Number(row[20]),
      forward: Number(row[21]),
    })),
  );

  it('give their settlement rate from the PU, and the PU from the rate: 77 of 77', () => {
    expect(contracts).toHaveLength(77);
    for (const { ticker, price, businessDays, rate } of contracts) {
      const computed = computeRateFromPu(price, businessDays)!;
      // Published in percent with three decimals.
      expect(Math.round(computed * 1e5), ticker).toBe(Math.round(rate * 1e5));
      expect(computePuFromRate(computed, businessDays)!, ticker).toBeCloseTo(price, 8);
    }
  });

  it('give the DV01 of the contract and the forward from the one before', () => {
    for (const [i, { date, ticker, price, businessDays, rate, dv01, forward }] of contracts.entries()) {
      const years = businessDays / 252;
      // PYield: 0.0001·PU·(du/252)/(1 + r), which is the DV01 of 100 000 points.
      const notional = price * (1 + rate) ** years;
      expect(computeDv01Annual(notional, years, rate)! / dv01, ticker).toBeCloseTo(1, 9);
      const before = contracts[i - 1];
      if (before?.date !== date) continue;
      const computed = computeForwardAnnual(before.rate, before.businessDays / 252, rate, years)!;
      expect(computed, ticker).toBeCloseTo(forward, 9);
    }
  });
});

describe('business days', () => {
  it('equal those of all 4,596 rows recorded in 2026', () => {
    const rows = readRecordedRows('b3/tables/di1_daily_curve_2026-01-02_2026-05-29.csv');
    const wrong = rows.filter(([date, ticker, maturity, businessDays]) => {
      const contract = describeContract(ticker!, date!);
      return contract.businessDays !== Number(businessDays) || contract.maturity !== maturity;
    });
    expect(rows).toHaveLength(4596);
    expect(wrong).toEqual([]);
  });

  it('are given for every point of every curve, beside calendar days', () => {
    const sets = [
      ...[...settlements.values()].map((points) => buildBrazil(points)),
      ...sample(parYields, 97).map(([, points]) => buildTreasury(points)),
    ];
    const points = sets.flatMap((set) => set.points);
    expect(points.length).toBeGreaterThan(10_000);
    expect(
      points.filter(({ businessDays, calendarDays }) => !(businessDays! > 0 && calendarDays > 0)),
    ).toEqual([]);
  });
});

describe('DI_PRE', () => {
  it('from DI1 settlements lies within 0.6 bp of the reference page of 2021-01-04', () => {
    const date = '2021-01-04';
    const page = buildBrazil(readPagePoints(PRE, date));
    const futures = buildBrazil(settlements.get(date)!);
    const byDays = new Map(
      page.points
        .filter(({ curveId, method }) => curveId === 'DI_PRE' && method === 'observed')
        .map(({ businessDays, value }) => [businessDays, value!]),
    );
    const common = futures.points.filter(
      ({ curveId, method, businessDays }) =>
        curveId === 'DI_PRE' && method === 'observed' && byDays.has(businessDays),
    );
    expect(common.length).toBeGreaterThan(20);
    for (const { tenor, value, businessDays } of common) {
      expect(Math.abs(value! - byDays.get(businessDays)!) * 1e4, tenor).toBeLessThan(0.6);
    }
  });

  it('from the recorded pages is the page itself at its vertices', () => {
    for (const date of PRE.dates) {
      const set = buildBrazil(readPagePoints(PRE, date));
      const observed = set.points.find(
        ({ method, businessDays }) => method === 'observed' && businessDays === 252,
      );
      if (observed !== undefined) expect(findStandard(set, 'DI_PRE', '1Y').value).toBe(observed.value);
      expect(set.fits.map(({ model }) => model)).toEqual(['ns', 'nss']);
      const [ns, nss] = set.fits.map(({ fit }) => fit!);
      expect(nss!.status === 'degenerate' || nss!.rmseBp <= ns!.rmseBp, date).toBe(true);
    }
  });
});

describe('zero curve of the US Treasury', () => {
  it('re-prices the par bonds of every recorded date to 1e-10', () => {
    let worst = 0;
    let bonds = 0;
    for (const [date, points] of parYields) {
      const knots = points.map(({ vertex, rate }) => ({ x: yearsOfTenor(vertex), y: rate! }));
      const zeros = bootstrapPar(knots)!;
      expect(zeros, date).not.toBeNull();
      const discountAt = new Map(
        zeros.map(({ tenor, zeroBey }) => [tenor, (1 + zeroBey / 2) ** (-2 * tenor)]),
      );
      for (const { x, y } of knots) {
        if (x < 0.5) {
          worst = Math.max(worst, Math.abs(discountAt.get(x)! * (1 + y * x) - 1));
        } else {
          let price = discountAt.get(x)!;
          for (let k = 1; k <= 2 * x; k += 1) price += (y / 2) * discountAt.get(k / 2)!;
          worst = Math.max(worst, Math.abs(price - 1));
        }
        bonds += 1;
      }
    }
    expect(parYields.size).toBe(8756);
    expect(bonds).toBeGreaterThan(80_000);
    expect(worst).toBeLessThan(1e-10);
  });

  it('is what silver stores', () => {
    for (const [date, points] of sample(parYields, 101)) {
      const zeros = bootstrapPar(points.map(({ vertex, rate }) => ({ x: yearsOfTenor(vertex), y: rate! })))!;
      const stored = buildTreasury(points).points.filter(({ curveId }) => curveId === 'UST_NOM_ZERO');
      expect(stored).toHaveLength(points.length);
      for (const { tenor, value } of stored) {
        const zero = zeros.find((candidate) => candidate.tenor === yearsOfTenor(tenor));
        expect(value, `${date} ${tenor}`).toBe(zero!.zeroBey);
      }
    }
  });
});

describe('every recorded curve', () => {
  const sets = [
    ...sample(settlements, 6).map(([, points]) => buildBrazil(points)),
    ...sample(readDailyDiPoints(), 20).map(([, points]) => buildBrazil(points)),
    ...RECORDED_PAGES.flatMap((page) => page.dates.map((date) => buildBrazil(readPagePoints(page, date)))),
    ...sample(parYields, 151).map(([, points]) => buildTreasury(points)),
  ];

  it('has no value outside 0.8 of the first to 1.1 of the last observed tenor, and a flag beyond the ends', () => {
    let beyond = 0;
    for (const { points } of sets) {
      for (const [curveId, own] of Map.groupBy(points, (point) => point.curveId)) {
        const tau = (point: Point): number => yearsOfPoint(curveId, point)!;
        const observed = own.filter(({ method }) => method === 'observed').map(tau);
        if (observed.length === 0) continue;
        const [first, last] = [Math.min(...observed), Math.max(...observed)];
        for (const point of own.filter(({ value }) => value !== null)) {
          expect(tau(point), point.tenor).toBeGreaterThanOrEqual(0.8 * first);
          expect(tau(point), point.tenor).toBeLessThanOrEqual(1.1 * last);
          if (tau(point) >= first && tau(point) <= last) continue;
          beyond += 1;
          expect(point.flags.some((flag) => flag === 'flat' || flag === 'extrapolated')).toBe(true);
        }
      }
    }
    expect(beyond).toBeGreaterThan(5);
  });

  it('accepts a fit up to 25 bp in Brazil and 10 bp in the US, and names what it refuses', () => {
    const fits = sets.flatMap((set) => set.fits).filter(({ fit }) => fit !== null);
    expect(fits.length).toBeGreaterThan(100);
    for (const { curveId, fit } of fits) {
      const limit = curveId.startsWith('UST') ? 10 : 25;
      expect(fit!.status === 'rejected').toBe(fit!.rmseBp > limit);
      expect(fit!.condition).toBeLessThanOrEqual(1e7);
    }
  });

  it('says where each value comes from', () => {
    const all = sets.flatMap(({ points, fits, metrics }) => [...points, ...fits, ...metrics]);
    const source = String.raw`[A-Z0-9_]+\[\d{4}-\d\d-\d\d\] (\d+ vert(ex|ices)|\S+) r\d+`;
    const pattern = new RegExp(`^${source}(, ${source})?$`);
    expect(all.filter(({ inputs }) => !pattern.test(inputs))).toEqual([]);
  });
});

describe('derivation', () => {
  const date = '2021-01-04';
  const page = readPagePoints(PRE, date);
  const revised: StoredCurvePoint[] = [
    ...settlements.get(date)!.map((point) => ({ ...point, releaseTime: 1 })),
    ...page.filter((_, i) => i % 20 === 0).map((point) => ({ ...point, releaseTime: 2 })),
    { ...page[60]!, rate: 0.05, revision: 1, releaseTime: 3 },
    { ...settlements.get(date)!.find(({ key }) => key === 'DAP')!, revision: 1, releaseTime: 3 },
  ];
  const whole = deriveCurves(date, revised, (points) => buildBrazil(points));
  const dates = sample(parYields, 400);
  const deriveDates = (part: readonly [Day, StoredCurvePoint[]][]) => {
    const cache = createFitCache();
    return part.map(([day, points]) => deriveCurves(day, points, (known) => buildTreasury(known, cache)));
  };
  const history = deriveDates(dates);

  it('does not depend on the order of its points', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(revised, { minLength: revised.length }), (shuffled) => {
        expect(deriveCurves(date, shuffled, (points) => buildBrazil(points))).toEqual(whole);
      }),
      { numRuns: 8, seed: 11 },
    );
  });

  it('does not see what is released later', () => {
    expect(new Set(whole.points.map(({ knownAt }) => knownAt))).toEqual(new Set([1, 2, 3]));
    for (const cutoff of [1, 2]) {
      const upTo = revised.filter(({ releaseTime }) => releaseTime <= cutoff);
      const cut = deriveCurves(date, upTo, (points) => buildBrazil(points));
      expect(cut.points).toEqual(whole.points.filter(({ knownAt }) => knownAt <= cutoff));
      expect(cut.fits).toEqual(whole.fits.filter(({ knownAt }) => knownAt <= cutoff));
      expect(cut.metrics).toEqual(whole.metrics.filter(({ knownAt }) => knownAt <= cutoff));
    }
  });

  it('gives the same bytes again, with the fits of other moments and dates in memory or without', () => {
    const memory: FitMemory = new Map();
    const build = (points: readonly StoredCurvePoint[]): CurveSet => buildBrazil(points, memory);
    const text = JSON.stringify(whole);
    expect(JSON.stringify(deriveCurves(date, revised, build))).toBe(text);
    expect(JSON.stringify(deriveCurves(date, revised, build))).toBe(text);
    deriveCurves('2022-06-20', settlements.get('2022-06-20')!, build);
    expect(JSON.stringify(deriveCurves(date, revised, build))).toBe(text);
  });

  it('does not depend on where the dates are split, nor on the dates before', () => {
    fc.assert(
      fc.property(fc.nat({ max: dates.length }), (at) => {
        const parts = [...deriveDates(dates.slice(0, at)), ...deriveDates(dates.slice(at))];
        expect(JSON.stringify(parts)).toBe(JSON.stringify(history));
      }),
      { numRuns: 4, seed: 5 },
    );
    expect(JSON.stringify(deriveDates(dates.toReversed()).toReversed())).toBe(JSON.stringify(history));
  });
});

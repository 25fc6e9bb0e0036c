import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { interpolateFlatForward } from '../../../shared/numeric/interpolation.ts';
import { computeCipBasisPp, computeCupomFromForward } from '../../../shared/numeric/rates.ts';
import { addDays, type Day } from '../../../shared/time.ts';
import type { CurveSnapshot } from '../framework/curve-snapshot.ts';
import { findOnOrBefore, listDailyValues } from '../framework/dated-values.ts';
import { describeKey } from '../framework/describe-key.ts';
import { countSessionsSince, isCurveStale, STALE_SESSIONS } from '../framework/quality.ts';
import {
  describeInput,
  lackData,
  lackFreshData,
  type SignalDraft,
  type SignalInput,
} from '../framework/signal.ts';
import type { PricePoint, View } from '../framework/view.ts';
import type { FxEquilibriumParameters } from '../parameters.ts';

/** SOFR is an overnight rate and the cupom one of a year. */
const TENOR_MISMATCH = 'tenor_mismatch';
/** FRC runs from the first DDI maturity, not from spot. */
const FORWARD_START = 'frc_forward_start';

/** The dollar rate in Brazil at one year, linear ACT/360 decimal, with where it came from. */
export interface Cupom {
  readonly date: Day;
  readonly linear360: number;
  readonly source: 'CUPOM_CAMBIAL' | 'DI_PRE + USDBRL_FWD + PTAX';
  readonly inputs: readonly SignalInput[];
  readonly flags: readonly string[];
  readonly detail: Readonly<Record<string, number>>;
}

/** The latest date on which the cupom curve reaches one year. */
export function findCupomVertex(curves: readonly CurveSnapshot[], tenor: string): Cupom | null {
  const curve = curves.findLast((snapshot) => readTenor(snapshot, tenor)?.value != null);
  const value = readTenor(curve, tenor)?.value ?? null;
  if (curve === undefined || value === null) return null;
  return {
    date: curve.date,
    linear360: value,
    source: 'CUPOM_CAMBIAL',
    inputs: [describeInput('CUPOM_CAMBIAL', curve)],
    flags: readTenor(curve, tenor)!.method === 'frc' ? [FORWARD_START] : [],
    detail: { calendarDays: readTenor(curve, tenor)!.calendarDays },
  };
}

/**
 * The latest cupom implied by covered parity: forward and spot of one date, and the DI rate of that date at exactly the
 * business days (BR_ANBIMA) up to the forward's day.
 */
export function implyCupom(
  diCurves: readonly CurveSnapshot[],
  forwards: readonly CurveSnapshot[],
  fixings: readonly PricePoint[],
  tenor: string,
): Cupom | null {
  for (const forward of forwards.toReversed()) {
    const point = readTenor(forward, tenor);
    const di = diCurves.findLast(({ date }) => date === forward.date);
    const spot = findOnOrBefore(fixings, forward.date);
    if (point?.value == null || di === undefined || spot?.date !== forward.date) continue;
    const { calendarDays } = point;
    const maturity = addDays(forward.date, calendarDays);
    const businessDays = getCalendar('BR_ANBIMA', forward.date).count(forward.date, maturity);
    const rate = readDiRate(di, businessDays);
    if (rate === null) continue;
    const quote = { di: rate, spot: spot.price, forward: point.value, businessDays, calendarDays };
    const linear360 = computeCupomFromForward(quote);
    if (linear360 === null) continue;
    return {
      date: forward.date,
      linear360,
      source: 'DI_PRE + USDBRL_FWD + PTAX',
      inputs: [
        describeInput('DI_PRE', di),
        describeInput('USDBRL_FWD', forward),
        describeInput('USDBRL_PTAX', spot),
      ],
      flags: [],
      detail: { diPct: rate * 100, forward: point.value, spot: spot.price, businessDays, calendarDays },
    };
  }
  return null;
}

/**
 * FX_BR_CIP_BASIS: one-year cupom minus SOFR in percentage points, both linear ACT/360; above 0 LONG, below 0 SHORT.
 * The cupom curve comes first, covered parity second, each only while it is at most ten business days old. Capped,
 * because overnight SOFR stands for a one-year rate.
 */
export function assessCipBasis(view: View<FxEquilibriumParameters>): SignalDraft {
  const { tenor, fullConfidenceAtPp, cap } = view.parameters.cipBasis;
  const { partition } = view;
  const sofrPoints = view.macro('US_SOFR', 'level');
  const candidates = [
    findCupomVertex(view.curves('CUPOM_CAMBIAL'), tenor),
    implyCupom(view.curves('DI_PRE'), view.curves('USDBRL_FWD'), view.prices('USDBRL_PTAX'), tenor),
  ].filter((cupom) => cupom !== null);
  const latestSofr = describeInput('US_SOFR', sofrPoints.at(-1));
  if (candidates.length === 0) {
    return lackData(
      `missing B3 CUPOM_CAMBIAL (DOC, FRC or DDI) at ${tenor}, and B3 DI_PRE (DI1) with USDBRL_FWD (DOL) and BCB PTAX`,
      {
        inputs: [latestSofr],
      },
    );
  }
  const cupom = candidates.find(({ date }) => !isCurveStale('CUPOM_CAMBIAL', date, partition));
  if (cupom === undefined) {
    const newest = candidates.toSorted((a, b) => (a.date < b.date ? 1 : -1))[0]!;
    return lackFreshData(`B3 ${newest.source}: last curve ${newest.date}`, {
      inputs: [...newest.inputs, latestSofr],
    });
  }
  const sofr = findOnOrBefore(listDailyValues(sofrPoints), cupom.date);
  const used = sofrPoints.find(({ period }) => period === sofr?.date);
  const inputs = [...cupom.inputs, used === undefined ? latestSofr : describeInput('US_SOFR', used)];
  if (sofr === undefined) return lackData(`missing ${describeKey('US_SOFR')}`, { inputs });
  if (countSessionsSince('US_SOFR', sofr.date, cupom.date) > STALE_SESSIONS) {
    return lackFreshData(`${describeKey('US_SOFR')}: last value ${sofr.date}`, { inputs });
  }
  const sofrLinear360 = sofr.value / 100;
  const basis = computeCipBasisPp(cupom.linear360, sofrLinear360);
  if (basis === null) return lackData('the basis is not a finite number', { inputs });
  return {
    status: 'OK',
    direction: basis > 0 ? 'LONG' : basis < 0 ? 'SHORT' : 'NEUTRAL',
    confidence: Math.min(1, Math.abs(basis) / fullConfidenceAtPp),
    value: basis,
    inputs,
    // While the Fed is expected to move, the distance of a one-year from an overnight rate is mostly the expected path:
    // SOFR stands for a one-year dollar rate, and the confidence is held down as for any substitute.
    caps: [cap],
    proxies: ['overnight SOFR for a one-year rate'],
    metadata: {
      curveDate: cupom.date,
      source: cupom.source,
      cupomPct: cupom.linear360 * 100,
      sofrPct: sofr.value,
      sofrDate: sofr.date,
      flags: [TENOR_MISMATCH, ...cupom.flags],
      ...cupom.detail,
    },
    highlights: ['curveDate', 'cupomPct', 'sofrPct'],
  };
}

function readTenor(curve: CurveSnapshot | undefined, tenor: string) {
  return curve?.points.get(tenor);
}

function readDiRate(curve: CurveSnapshot, businessDays: number): number | null {
  const byDays = new Map(
    curve.observed.flatMap(({ businessDays: days, value }): [number, number][] =>
      days === null || value === null ? [] : [[days, value]],
    ),
  );
  const knots = [...byDays].map(([x, y]) => ({ x, y })).toSorted((a, b) => a.x - b.x);
  return interpolateFlatForward(knots, businessDays)?.y ?? null;
}

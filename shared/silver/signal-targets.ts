import type { CalendarName } from '../calendars/calendar.ts';

/** The market series that a signal is held against, and how its move is measured. LONG is right when the move is positive. */
export interface SignalTarget {
  /** Where silver keeps it: the price of an instrument, or the standard tenor of a curve. */
  readonly kind: 'price' | 'curve';
  /** Instrument or curve. */
  readonly key: string;
  /** Standard tenor of a curve; null for a price. */
  readonly tenor: string | null;
  /** Sessions that a horizon counts. */
  readonly calendar: CalendarName;
  /** `log_return`: 100 · ln(exit / entry). `change`: 10,000 · (exit − entry) of a rate in decimal fractions. */
  readonly move: 'log_return' | 'change';
  readonly unit: 'percent' | 'basis_points';
  /** What a positive move is. */
  readonly longMeans: string;
}

/** A target, or why a signal has none. */
export type TargetRule =
  | { readonly target: SignalTarget; readonly reason: null }
  | { readonly target: null; readonly reason: string };

const price = (key: string, calendar: CalendarName, longMeans: string): TargetRule => ({
  target: { kind: 'price', key, tenor: null, calendar, move: 'log_return', unit: 'percent', longMeans },
  reason: null,
});

const rate = (key: string, tenor: string, calendar: CalendarName, longMeans: string): TargetRule => ({
  target: { kind: 'curve', key, tenor, calendar, move: 'change', unit: 'basis_points', longMeans },
  reason: null,
});

const none = (reason: string): TargetRule => ({ target: null, reason });

/** By axis: the factor that a signal says will go up (LONG) or down (SHORT). */
export const AXIS_TARGETS: Readonly<Record<string, TargetRule>> = {
  BR_INFLATION: rate('BR_BEI', '2Y', 'BR_ANBIMA', 'the two-year breakeven of DI against DI × IPCA rises'),
  US_INFLATION: rate('UST_BEI', '5Y', 'US_GOV', 'the five-year breakeven of Treasuries rises'),
  BR_YIELDS: rate('DI_PRE', '1Y', 'BR_ANBIMA', 'the one-year DI rate rises: a payer of the fixed rate gains'),
  US_POLICY_EASE: none('it compares the policy rate with a rule and says nothing of the move of a price'),
  USDBRL: price('USDBRL_PTAX', 'BR_ANBIMA', 'the dollar rises against the real (PTAX, selling rate)'),
  RISK_ASSETS: price('IBOVESPA', 'B3', 'the Ibovespa rises'),
  NONE: none('it is an alert without a direction'),
};

/** Signals about another part of their axis: the model of the term premium looks at ten years. */
const SIGNAL_TARGETS: Readonly<Record<string, TargetRule>> = {
  MONETARY_BR_TERM_PREMIUM: rate('DI_PRE', '10Y', 'BR_ANBIMA', 'the ten-year DI rate rises'),
};

/** What a signal is held against. */
export function findTarget(signalId: string, axis: string): TargetRule {
  return (
    SIGNAL_TARGETS[signalId] ?? AXIS_TARGETS[axis] ?? none(`no market series stands for the axis ${axis}`)
  );
}

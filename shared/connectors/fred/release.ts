import { NEW_YORK, type Day } from '../../time.ts';
import type { Frequency } from '../connector.ts';
import {
  afterFriday,
  afterPeriodEnd,
  delayedByShutdowns,
  nextSession,
  vintageOnly,
  withExceptions,
  type DatedReleaseRule,
} from '../release.ts';

const MORNING = '08:30';
const NOON = '12:00';
const CPI_WAS_LATER: readonly [Day, Day] = ['1900-01-01', '2016-12-31'];

function lag(days: number, clock = MORNING, frequency: Frequency = 'M'): DatedReleaseRule {
  return delayedByShutdowns(afterPeriodEnd(days, frequency, clock, NEW_YORK), frequency);
}

function laterBefore2017(days: number, daysBefore2017: number, clock = MORNING): DatedReleaseRule {
  const [from, to] = CPI_WAS_LATER;
  return withExceptions(lag(days, clock), [{ from, to, rule: lag(daysBefore2017, clock) }]);
}

/** When each group of FRED series becomes public (New York clocks): conservative lags after the end of the period. */
export const FRED_RELEASE = {
  employment: lag(10),
  cpi: laterBefore2017(15, 27),
  ppi: laterBefore2017(17, 27),
  cpiDerived: laterBefore2017(16, 28, NOON),
  consumption: lag(33),
  gdp: lag(31, MORNING, 'Q'),
  federalDebt: lag(75, MORNING, 'Q'),
  federalDebtShare: lag(95, MORNING, 'Q'),
  jobOpenings: lag(48, '10:00'),
  industry: lag(18, '09:15'),
  housing: lag(21),
  retail: lag(18),
  michigan: lag(31, '10:00'),
  chicagoActivity: lag(28),
  initialClaims: afterPeriodEnd(5, 'W', MORNING, NEW_YORK),
  continuedClaims: afterPeriodEnd(12, 'W', MORNING, NEW_YORK),
  financialConditions: afterPeriodEnd(5, 'W', MORNING, NEW_YORK),
  balanceSheet: nextSession(1, 'US_GOV', '16:30', NEW_YORK),
  projection: vintageOnly(MORNING, NEW_YORK),
  market: nextSession(1, 'US_GOV', '18:00', NEW_YORK),
  broadDollar: afterFriday(3, '18:00', NEW_YORK, 'US_GOV'),
} as const satisfies Readonly<Record<string, DatedReleaseRule>>;

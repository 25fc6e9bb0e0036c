import type { Horizon } from '../../calendars/horizon.ts';
import { SAO_PAULO, type Day } from '../../time.ts';
import {
  afterFriday,
  afterPeriodEnd,
  dayOfNextMonth,
  fromReleaseDates,
  julyOfYearsBefore,
  nextSession,
  notBefore,
  sameDay,
  sessionOfNextMonth,
  withExceptions,
  type DatedReleaseRule,
} from '../release.ts';

/** IBGE's calendar of IPCA releases; 2022-01-11 is confirmed by the press of that day. */
const IPCA_RELEASES: Readonly<Record<Day, Day>> = {
  '2020-12-01': '2021-01-12',
  '2021-01-01': '2021-02-09',
  '2021-02-01': '2021-03-11',
  '2021-03-01': '2021-04-09',
  '2021-04-01': '2021-05-11',
  '2021-05-01': '2021-06-09',
  '2021-06-01': '2021-07-08',
  '2021-07-01': '2021-08-10',
  '2021-08-01': '2021-09-09',
  '2021-09-01': '2021-10-08',
  '2021-10-01': '2021-11-10',
  '2021-11-01': '2021-12-10',
  '2021-12-01': '2022-01-11',
  '2022-01-01': '2022-02-09',
  '2022-02-01': '2022-03-11',
  '2022-03-01': '2022-04-08',
  '2022-04-01': '2022-05-11',
  '2022-05-01': '2022-06-09',
};

/** IBGE announces the releases of a year in the autumn before it. */
export const IPCA_HORIZON: Horizon = {
  table: 'IPCA release dates',
  lastDay: Object.values(IPCA_RELEASES).reduce((last, day) => (day > last ? day : last)),
  afterwards: 'the release time of an IPCA is the 13th of the next month (basis lag_rule)',
  source: 'https://www.ibge.gov.br/calendario-indicadores-novoportal.html',
};

const MORNING = '09:00';
const EVENING = '18:00';

function monthly(days: number, clock: string): DatedReleaseRule {
  return afterPeriodEnd(days, 'M', clock, SAO_PAULO);
}

/** The BCB's staff was on strike from April to July 2022: its own statistics came out in August. */
function delayedByStrike(rule: DatedReleaseRule): DatedReleaseRule {
  return notBefore(rule, '2022-02-01', '2022-05-31', '2022-08-01');
}

const UNEMPLOYMENT_BEFORE_2016 = notBefore(monthly(80, MORNING), '1990-01-01', '2016-02-29', '2014-01-17');

/** When each group of SGS series becomes public: conservative lags, agency dates where we have them. */
export const SGS_RELEASE = {
  ipca: fromReleaseDates(IPCA_RELEASES, MORNING, SAO_PAULO, dayOfNextMonth(13, MORNING, SAO_PAULO)),
  ipca15: monthly(0, MORNING),
  igpM: monthly(1, MORNING),
  igpDi: monthly(10, MORNING),
  gdp: afterFourthQuarter(afterPeriodEnd(68, 'Q', MORNING, SAO_PAULO)),
  ibcBr: delayedByStrike(monthly(50, MORNING)),
  ibgeActivity: monthly(48, MORNING),
  unemployment: withExceptions(monthly(35, MORNING), [
    { from: '2020-05-01', to: '2023-02-28', rule: monthly(65, MORNING) },
    { from: '1990-01-01', to: '2016-02-29', rule: UNEMPLOYMENT_BEFORE_2016 },
  ]),
  jobs: monthly(45, EVENING),
  surveys: monthly(35, EVENING),
  selicTarget: sameDay('00:00', SAO_PAULO),
  dailyRate: nextSession(1, 'BR_ANBIMA', MORNING, SAO_PAULO),
  monthlyRate: sessionOfNextMonth(2, 'BR_ANBIMA', MORNING, SAO_PAULO),
  ptax: withExceptions(sameDay(EVENING, SAO_PAULO), [
    { from: '1990-01-01', to: '2011-06-30', rule: sameDay('21:00', SAO_PAULO) },
  ]),
  bcbStatistics: delayedByStrike(monthly(32, '08:30')),
  reserves: nextSession(3, 'BR_ANBIMA', EVENING, SAO_PAULO),
  commodityIndex: monthly(15, EVENING),
  realExchangeRate: monthly(30, EVENING),
  fxFlow: afterFriday(5, EVENING, SAO_PAULO),
  inflationTarget: julyOfYearsBefore(2, EVENING, SAO_PAULO),
} as const satisfies Readonly<Record<string, DatedReleaseRule>>;

/** The fourth quarter comes with the year's accounts, 90 days after its end instead of 68. */
function afterFourthQuarter(rule: DatedReleaseRule): DatedReleaseRule {
  const fourth = afterPeriodEnd(90, 'Q', MORNING, SAO_PAULO);
  const pick = (date: Day): DatedReleaseRule => (date.slice(5, 7) === '10' ? fourth : rule);
  return {
    describe: `${rule.describe}; fourth quarter: ${fourth.describe}`,
    dayOf: (date) => pick(date).dayOf(date),
    instantOn: (day) => rule.instantOn(day),
    timeOf: (date) => pick(date).timeOf(date),
  };
}

/** Clock of a Copom decision on the day before the new target takes effect. */
export const COPOM_CLOCK = '18:30';

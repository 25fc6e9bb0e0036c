import { describe, expect, it } from 'vitest';
import { PTAX_KEYS } from '../../../shared/connectors/bcb_ptax/registry.ts';
import { SGS_RELEASE } from '../../../shared/connectors/bcb_sgs/release.ts';
import { FRED_RELEASE } from '../../../shared/connectors/fred/release.ts';
import { afterFriday, nextSession, sameDay } from '../../../shared/connectors/release.ts';
import type { ReleaseRule } from '../../../shared/connectors/connector.ts';
import { cutoffOf, NEW_YORK, SAO_PAULO, toIso, zonedInstant, type Day } from '../../../shared/time.ts';

function iso(rule: ReleaseRule, observationDate: Day): string {
  return toIso(rule.timeOf(observationDate).time);
}

function inZone(day: Day, clock: string, zone: string): string {
  return toIso(zonedInstant(day, clock, zone));
}

describe('SGS releases', () => {
  it('dates the IPCA of December 2021 on 11 January 2022', () => {
    const { time, basis } = SGS_RELEASE.ipca.timeOf('2021-12-01');
    expect([toIso(time), basis]).toEqual(['2022-01-11T12:00:00.000Z', 'calendar']);
    expect(time).toBeGreaterThan(cutoffOf('2022-01-10'));
    expect(time).toBeLessThan(cutoffOf('2022-01-11'));
  });

  it('uses day 13 of the next month where no date is known', () => {
    expect(SGS_RELEASE.ipca.timeOf('2015-12-01')).toEqual({
      time: zonedInstant('2016-01-13', '09:00', SAO_PAULO),
      basis: 'lag_rule',
    });
  });

  it.each<[string, ReleaseRule, Day, Day, string]>([
    ['IPCA-15', SGS_RELEASE.ipca15, '2021-02-01', '2021-02-28', '09:00'],
    ['IGP-M', SGS_RELEASE.igpM, '2021-02-01', '2021-03-01', '09:00'],
    ['IGP-DI', SGS_RELEASE.igpDi, '2021-02-01', '2021-03-10', '09:00'],
    ['GDP of a first quarter', SGS_RELEASE.gdp, '2021-01-01', '2021-06-07', '09:00'],
    ['GDP of a fourth quarter', SGS_RELEASE.gdp, '2020-10-01', '2021-03-31', '09:00'],
    ['IBC-Br', SGS_RELEASE.ibcBr, '2021-01-01', '2021-03-22', '09:00'],
    ['IBC-Br in the strike', SGS_RELEASE.ibcBr, '2022-03-01', '2022-08-01', '09:00'],
    ['industry', SGS_RELEASE.ibgeActivity, '2021-01-01', '2021-03-20', '09:00'],
    ['unemployment', SGS_RELEASE.unemployment, '2023-03-01', '2023-05-05', '09:00'],
    ['unemployment in the pandemic', SGS_RELEASE.unemployment, '2021-01-01', '2021-04-06', '09:00'],
    ['unemployment before 2016', SGS_RELEASE.unemployment, '2015-12-01', '2016-03-20', '09:00'],
    [
      'unemployment before its first publication',
      SGS_RELEASE.unemployment,
      '2012-03-01',
      '2014-01-17',
      '09:00',
    ],
    ['CAGED', SGS_RELEASE.jobs, '2021-01-01', '2021-03-17', '18:00'],
    ['NUCI', SGS_RELEASE.surveys, '2021-01-01', '2021-03-07', '18:00'],
    ['Selic per day before Carnival', SGS_RELEASE.dailyRate, '2021-02-12', '2021-02-17', '09:00'],
    ['Selic of the month', SGS_RELEASE.monthlyRate, '2021-12-01', '2022-01-04', '09:00'],
    ['PTAX', SGS_RELEASE.ptax, '2021-01-04', '2021-01-04', '18:00'],
    ['PTAX before July 2011', SGS_RELEASE.ptax, '2011-06-30', '2011-06-30', '21:00'],
    ['public debt', SGS_RELEASE.bcbStatistics, '2021-01-01', '2021-03-04', '08:30'],
    ['public debt in the strike', SGS_RELEASE.bcbStatistics, '2022-02-01', '2022-08-01', '08:30'],
    ['public debt after the strike', SGS_RELEASE.bcbStatistics, '2022-06-01', '2022-08-01', '08:30'],
    ['reserves', SGS_RELEASE.reserves, '2021-01-04', '2021-01-07', '18:00'],
    ['IC-Br', SGS_RELEASE.commodityIndex, '2021-01-01', '2021-02-15', '18:00'],
    ['real exchange rate', SGS_RELEASE.realExchangeRate, '2021-01-01', '2021-03-02', '18:00'],
    ['FX flow of a Monday', SGS_RELEASE.fxFlow, '2021-01-04', '2021-01-13', '18:00'],
    ['FX flow of a Friday', SGS_RELEASE.fxFlow, '2021-01-08', '2021-01-13', '18:00'],
    ['inflation target', SGS_RELEASE.inflationTarget, '2024-01-01', '2022-07-01', '18:00'],
  ])('%s', (_, rule, observationDate, day, clock) => {
    expect(iso(rule, observationDate)).toBe(inZone(day, clock, SAO_PAULO));
  });
});

describe('FRED releases', () => {
  it('shows DGS10 of a day only to the next partition', () => {
    const { time } = FRED_RELEASE.market.timeOf('2021-01-04');
    expect(time).toBeGreaterThan(cutoffOf('2021-01-04'));
    expect(time).toBeLessThan(cutoffOf('2021-01-05'));
    expect(iso(FRED_RELEASE.market, '2021-01-15')).toBe(inZone('2021-01-19', '18:00', NEW_YORK));
  });

  it.each<[string, ReleaseRule, Day, Day, string]>([
    ['employment', FRED_RELEASE.employment, '2021-01-01', '2021-02-10', '08:30'],
    ['employment in a shutdown', FRED_RELEASE.employment, '2025-09-01', '2026-01-08', '08:30'],
    ['employment after it', FRED_RELEASE.employment, '2026-02-01', '2026-03-10', '08:30'],
    ['CPI', FRED_RELEASE.cpi, '2021-01-01', '2021-02-15', '08:30'],
    ['CPI before 2017', FRED_RELEASE.cpi, '2016-12-01', '2017-01-27', '08:30'],
    ['PPI', FRED_RELEASE.ppi, '2021-01-01', '2021-02-17', '08:30'],
    ['Cleveland and Atlanta CPI', FRED_RELEASE.cpiDerived, '2021-01-01', '2021-02-16', '12:00'],
    ['PCE', FRED_RELEASE.consumption, '2021-01-01', '2021-03-05', '08:30'],
    ['GDP', FRED_RELEASE.gdp, '2021-01-01', '2021-05-01', '08:30'],
    ['GDP of a quarter with a shutdown', FRED_RELEASE.gdp, '2018-10-01', '2019-05-01', '08:30'],
    ['debt', FRED_RELEASE.federalDebt, '2021-01-01', '2021-06-14', '08:30'],
    ['debt share', FRED_RELEASE.federalDebtShare, '2021-01-01', '2021-07-04', '08:30'],
    ['JOLTS', FRED_RELEASE.jobOpenings, '2021-01-01', '2021-03-20', '10:00'],
    ['industry', FRED_RELEASE.industry, '2021-01-01', '2021-02-18', '09:15'],
    ['housing', FRED_RELEASE.housing, '2021-01-01', '2021-02-21', '08:30'],
    ['retail', FRED_RELEASE.retail, '2021-01-01', '2021-02-18', '08:30'],
    ['Michigan', FRED_RELEASE.michigan, '2021-01-01', '2021-03-03', '10:00'],
    ['CFNAI', FRED_RELEASE.chicagoActivity, '2021-01-01', '2021-02-28', '08:30'],
    ['initial claims of a Saturday', FRED_RELEASE.initialClaims, '2021-01-02', '2021-01-07', '08:30'],
    ['continued claims of a Saturday', FRED_RELEASE.continuedClaims, '2021-01-02', '2021-01-14', '08:30'],
    ['NFCI of a Friday', FRED_RELEASE.financialConditions, '2021-01-01', '2021-01-06', '08:30'],
    ['balance sheet of a Wednesday', FRED_RELEASE.balanceSheet, '2021-01-06', '2021-01-07', '16:30'],
    ['balance sheet before Thanksgiving', FRED_RELEASE.balanceSheet, '2021-11-24', '2021-11-26', '16:30'],
    ['dollar index', FRED_RELEASE.broadDollar, '2021-01-06', '2021-01-11', '18:00'],
    ['dollar index before a Monday holiday', FRED_RELEASE.broadDollar, '2021-01-15', '2021-01-19', '18:00'],
  ])('%s', (_, rule, observationDate, day, clock) => {
    expect(iso(rule, observationDate)).toBe(inZone(day, clock, NEW_YORK));
  });

  it('never dates a projection by a lag', () => {
    const { time, basis } = FRED_RELEASE.projection.timeOf('2021-01-01');
    expect(basis).toBe('first_seen');
    expect(time).toBeGreaterThan(cutoffOf('2090-01-02'));
  });
});

describe('PTAX releases', () => {
  it('expects the closing bulletin at 18:00 of its day', () => {
    const rules = PTAX_KEYS.map(({ release }) => release.timeOf('2021-01-04'));
    const expected = { time: zonedInstant('2021-01-04', '18:00', SAO_PAULO), basis: 'lag_rule' };
    expect(rules).toEqual(PTAX_KEYS.map(() => expected));
  });
});

describe('release rules', () => {
  it('say in words what they do', () => {
    expect(sameDay('18:00', SAO_PAULO).describe).toBe('same day 18:00 America/Sao_Paulo');
    expect(nextSession(3, 'BR_ANBIMA', '18:00', SAO_PAULO).describe).toBe(
      '3 BR_ANBIMA sessions later, 18:00 America/Sao_Paulo',
    );
    expect(FRED_RELEASE.employment.describe).toBe(
      'period end +10 d 08:30 America/New_York; periods touched by a federal shutdown +90 d',
    );
    expect(afterFriday(5, '18:00', SAO_PAULO).describe).toBe(
      'Friday of the week +5 d 18:00 America/Sao_Paulo',
    );
  });
});

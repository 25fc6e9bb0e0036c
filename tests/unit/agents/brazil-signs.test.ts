import { describe, expect, it } from 'vitest';
import { inflation } from '../../../services/agents/inflation/agent.ts';
import { CORES } from '../../../services/agents/inflation/series.ts';
import { monetaryPolicy } from '../../../services/agents/monetary_policy/agent.ts';
import { IPCA_GROUPS } from '../../../shared/economics/ipca-groups.ts';
import { addMonths } from '../../../shared/time.ts';
import { buildPanel, PARTITION, PHILLIPS, shapeOf, type Shape, type World } from './brazil-world.ts';
import { assess } from './framework-panel.ts';

function assessWorld(signalId: string, world: World = {}) {
  const panel = buildPanel(world);
  return signalId.startsWith('INFLATION')
    ? assess(inflation, panel, PARTITION).signal(signalId)
    : assess(monetaryPolicy, panel, PARTITION).signal(signalId);
}

/** The series of the world with its latest `count` values moved; all of them without a count. */
const bump = (id: string, by: number, count = Infinity): Shape => {
  const shape = shapeOf(id);
  return (back) => shape(back) + (back < count ? by : 0);
};

const moved = (id: string, by: number, count?: number): World => ({ series: { [id]: bump(id, by, count) } });
const all = (ids: readonly string[], by: number, count?: number): World => ({
  series: Object.fromEntries(ids.map((id) => [id, bump(id, by, count)])),
});

const CORE_IDS = CORES.map((key) => `${key}|yoy`);
const GROUP_IDS = IPCA_GROUPS.map(({ key }) => `${key}|level`);

/** The Selic a point lower until March: it was raised since. */
const RAISED: World = {
  series: { 'BR_SELIC_TARGET|level': (back) => (back > 100 ? 9.5 : 10.5) },
};

/** How the number of a signal answers to one of its inputs: with a flipped sign in a formula a line fails. */
const RESPONSES: readonly (readonly [signalId: string, input: string, world: World, sign: 1 | -1])[] = [
  ['INFLATION_BR_PHILLIPS', 'core a year ago', all(CORE_IDS, 0.5), 1],
  ['INFLATION_BR_PHILLIPS', 'expected inflation', moved('BR_INFLATION_EXPECTATION_BLEND|level', 0.5, 1), 1],
  ['INFLATION_BR_PHILLIPS', 'activity gap', moved('BR_ACTIVITY_GAP|level', 0.5, 1), 1],
  ['INFLATION_BR_PHILLIPS', 'commodities', moved('BR_ICBR_USD|level', 10, 1), 1],
  ...GROUP_IDS.map(
    (id) => ['INFLATION_BR_BOTTOMUP', id, { ...moved(id, 0.3), without: ['BR_IPCA_MOM|level'] }, 1] as const,
  ),
  ['INFLATION_BR_SURPRISE', 'IPCA', moved('BR_IPCA_MOM|level', 0.2, 3), 1],
  ['INFLATION_BR_SURPRISE', 'IPCA-15', moved('BR_IPCA15_MOM|level', 0.2, 3), -1],
  ['INFLATION_BR_PERSISTENCE', 'diffusion', moved('BR_IPCA_DIFFUSION|level', 5), 1],
  ['INFLATION_BR_PERSISTENCE', 'core of the last three months', all(CORE_IDS, 0.5, 3), 1],
  ['INFLATION_BR_PERSISTENCE', 'services', moved('BR_IPCA_SERVICES|yoy', 0.5), 1],
  ['INFLATION_BR_PERSISTENCE', 'expected inflation', { rates: { 'BR_BEI|18M': () => 4.8 } }, 1],
  ['INFLATION_US_TREND', 'three-month rate', moved('US_PCE_CORE|saar3', 0.5), 1],
  ['MONETARY_BR_TAYLOR', 'Selic', moved('BR_SELIC_TARGET|level', 0.5), 1],
  ['MONETARY_BR_TAYLOR', 'expected inflation', { expected: 5 }, -1],
  ['MONETARY_BR_TAYLOR', 'activity gap', moved('BR_ACTIVITY_GAP|level', 1, 1), -1],
  ['MONETARY_BR_TAYLOR', 'real rates of the past, by r*', moved('BR_REAL_RATE_EX_ANTE|level', 1), -1],
  ['MONETARY_BR_TAYLOR', 'gaps of the past, by r*', moved('BR_ACTIVITY_GAP|level', 1), -1],
  ['MONETARY_BR_TAYLOR', 'rises at the last meetings', RAISED, -1],
  ['MONETARY_BR_SELIC_PATH', 'one-year rate', { rates: { 'DI_PRE|1Y': () => 13.5 } }, 1],
  ['MONETARY_BR_SELIC_PATH', 'Selic', moved('BR_SELIC_TARGET|level', 0.5), -1],
  ['MONETARY_BR_SELIC_PATH', 'expected inflation, by i*', { expected: 5 }, -1],
  ['MONETARY_BR_TERM_PREMIUM', 'ten-year rate', { rates: { 'DI_PRE|10Y': bump('DI_PRE|10Y', 0.5, 1) } }, 1],
  [
    'MONETARY_BR_TERM_PREMIUM',
    'ten-year rates of the past',
    { rates: { 'DI_PRE|10Y': (back) => shapeOf('DI_PRE|10Y')(back) + (back > 0 ? 0.5 : 0) } },
    -1,
  ],
  ['MONETARY_BR_TERM_PREMIUM', 'r*, by the last real rates', moved('BR_REAL_RATE_EX_ANTE|level', 5, 3), -1],
  ['MONETARY_BR_TERM_PREMIUM', 'expected inflation', moved('BR_INFLATION_EXPECTATION_BLEND|level', 1, 1), -1],
  ['MONETARY_US_FED_STANCE', 'federal funds', moved('US_FED_FUNDS|level', 0.5), 1],
  ['MONETARY_US_FED_STANCE', 'core PCE', moved('US_PCE_CORE|yoy', 0.5), -1],
  ['MONETARY_US_FED_STANCE', 'output gap', moved('US_OUTPUT_GAP|level', 0.5), -1],
];

describe('the sign of every answer', () => {
  it.each(RESPONSES)('of %s to %s', (signalId, _input, world, sign) => {
    const base = assessWorld(signalId, world.without === undefined ? {} : { without: world.without }).value!;
    const answer = assessWorld(signalId, world).value! - base;
    expect(Math.abs(answer)).toBeGreaterThan(1e-4);
    expect(Math.sign(answer)).toBe(sign);
  });
});

/** Worlds that leave no doubt, and what each model says in them. */
const EXTREMES: readonly (readonly [signalId: string, world: World, direction: 'LONG' | 'SHORT'])[] = [
  ['INFLATION_BR_PHILLIPS', all(CORE_IDS, 3), 'LONG'],
  ['INFLATION_BR_PHILLIPS', all(CORE_IDS, -3), 'SHORT'],
  ['INFLATION_BR_BOTTOMUP', all(GROUP_IDS, 0.3), 'LONG'],
  ['INFLATION_BR_BOTTOMUP', all(GROUP_IDS, -0.5), 'SHORT'],
  ['INFLATION_BR_SURPRISE', moved('BR_IPCA_MOM|level', 0.4, 3), 'LONG'],
  ['INFLATION_BR_SURPRISE', moved('BR_IPCA_MOM|level', -0.4, 3), 'SHORT'],
  ['INFLATION_BR_PERSISTENCE', moved('BR_IPCA_SERVICES|yoy', 3), 'LONG'],
  [
    'INFLATION_BR_PERSISTENCE',
    {
      series: { 'BR_IPCA_SERVICES|yoy': () => 2, 'BR_IPCA_DIFFUSION|level': () => 30 },
      rates: { 'BR_BEI|18M': () => 2 },
    },
    'SHORT',
  ],
  ['INFLATION_US_TREND', all(['US_PCE_CORE|saar3', 'US_PCE_CORE|yoy'], 1), 'LONG'],
  ['INFLATION_US_TREND', all(['US_PCE_CORE|saar3', 'US_PCE_CORE|yoy'], -2), 'SHORT'],
  ['INFLATION_BR_COMPOSITE', all([...CORE_IDS, ...GROUP_IDS], 1), 'LONG'],
  [
    'INFLATION_BR_COMPOSITE',
    {
      series: {
        ...all(CORE_IDS, -3).series,
        ...all(GROUP_IDS, -0.5).series,
        'BR_IPCA_SERVICES|yoy': () => 2,
        'BR_IPCA_DIFFUSION|level': () => 30,
      },
      rates: { 'BR_BEI|18M': () => 2 },
    },
    'SHORT',
  ],
  ['MONETARY_BR_TAYLOR', moved('BR_SELIC_TARGET|level', 6), 'SHORT'],
  ['MONETARY_BR_TAYLOR', moved('BR_SELIC_TARGET|level', -6), 'LONG'],
  ['MONETARY_BR_SELIC_PATH', { rates: { 'DI_PRE|1Y': () => 15 } }, 'SHORT'],
  ['MONETARY_BR_SELIC_PATH', { rates: { 'DI_PRE|1Y': () => 9 } }, 'LONG'],
  ['MONETARY_BR_TERM_PREMIUM', { rates: { 'DI_PRE|10Y': bump('DI_PRE|10Y', 2, 1) } }, 'SHORT'],
  ['MONETARY_BR_TERM_PREMIUM', { rates: { 'DI_PRE|10Y': bump('DI_PRE|10Y', -2, 1) } }, 'LONG'],
  ['MONETARY_US_FED_STANCE', moved('US_FED_FUNDS|level', 3), 'SHORT'],
  ['MONETARY_US_FED_STANCE', moved('US_FED_FUNDS|level', -3), 'LONG'],
  [
    'MONETARY_BR_COMPOSITE',
    {
      ...moved('BR_SELIC_TARGET|level', -6),
      rates: { 'DI_PRE|1Y': () => 5, 'DI_PRE|10Y': bump('DI_PRE|10Y', -2, 1) },
    },
    'LONG',
  ],
  [
    'MONETARY_BR_COMPOSITE',
    {
      ...moved('BR_SELIC_TARGET|level', 6),
      rates: { 'DI_PRE|1Y': () => 18, 'DI_PRE|10Y': bump('DI_PRE|10Y', 2, 1) },
    },
    'SHORT',
  ],
];

describe('the direction where there is no doubt', () => {
  it.each(EXTREMES)('of %s in %j', (signalId, world, direction) => {
    const signal = assessWorld(signalId, world);
    expect(signal).toMatchObject({ status: 'OK', direction });
    expect(signal.confidence).toBeGreaterThan(0);
  });
});

describe('models whose answer is known by hand', () => {
  const at = (id: string) => shapeOf(id)(0);

  it('Phillips curve: the constructed coefficients, exactly', () => {
    const growth = (at('BR_ICBR_USD|level') / shapeOf('BR_ICBR_USD|level')(12) - 1) * 100;
    const forecast =
      PHILLIPS.constant +
      PHILLIPS.expected * at('BR_INFLATION_EXPECTATION_BLEND|level') +
      PHILLIPS.gap * at('BR_ACTIVITY_GAP|level') +
      PHILLIPS.commodity * growth;
    const signal = assessWorld('INFLATION_BR_PHILLIPS');
    expect(signal.value).toBeCloseTo(forecast, 9);
    // Perfect fit: the confidence is the distance to the target of 3 over 3.
    expect(signal.confidence).toBeCloseTo((forecast - 3) / 3, 9);
    const more = assessWorld('INFLATION_BR_PHILLIPS', moved('BR_ACTIVITY_GAP|level', 0.5, 1));
    expect(more.value! - signal.value!).toBeCloseTo(0.5 * PHILLIPS.gap, 9);
  });

  it('Phillips curve: a depreciation of 10 % at a pass-through of 0.08 adds 0.8', () => {
    const usdbrl: Shape = (back) => 5 + 0.5 * Math.sin(0.013 * (back + 1));
    // Month-ends of the sessions as the model takes them, by months back from March 2024.
    const panel = buildPanel({ usdbrl });
    const ends = new Map(panel.prices.map(({ sessionDate }, i) => [sessionDate.slice(0, 7), i]));
    const growthOf = (back: number): number => {
      const place = ends.get(addMonths('2024-03-01', -back).slice(0, 7)) ?? -1;
      const before = panel.prices[place - 252];
      return place < 0 || before === undefined ? 0 : (panel.prices[place]!.price / before.price - 1) * 100;
    };
    const core: Shape = (back) =>
      1 +
      0.7 * shapeOf('BR_INFLATION_EXPECTATION_BLEND|level')(back + 12) +
      0.3 * shapeOf('BR_ACTIVITY_GAP|level')(back + 12) +
      0.08 * growthOf(back + 12);
    const series = Object.fromEntries(CORE_IDS.map((id) => [id, core]));
    const base = assessWorld('INFLATION_BR_PHILLIPS', { series, usdbrl });
    expect(base.metadata['regressors']).toContain('usdbrl');
    expect(base.metadata['adjR2']).toBeCloseTo(1, 9);
    // The last fixing of March 2024 a tenth of its level of a year before higher; the world goes on to 7 May.
    const sessionsAfter = panel.prices.length - 1 - ends.get('2024-03')!;
    const yearBefore = panel.prices[ends.get('2024-03')! - 252]!.price;
    const weaker = assessWorld('INFLATION_BR_PHILLIPS', {
      series,
      usdbrl: (back) => usdbrl(back) + (back === sessionsAfter ? 0.1 * yearBefore : 0),
    });
    expect(weaker.value! - base.value!).toBeCloseTo(0.8, 9);
  });

  it('Taylor rule: 2.5 for a point of expected inflation, half a point for a point of rises', () => {
    const base = assessWorld('MONETARY_BR_TAYLOR');
    const expected = assessWorld('MONETARY_BR_TAYLOR', { expected: 5.6 });
    expect(expected.value! - base.value!).toBeCloseTo(-2.5, 12);
    expect(assessWorld('MONETARY_BR_TAYLOR', RAISED).value! - base.value!).toBeCloseTo(-0.5, 12);
    const { rStar, gap } = base.metadata as { rStar: number; gap: number };
    expect(base.metadata['iStar']).toBeCloseTo(rStar + 4.6 + 1.5 * (4.6 - 3) + 0.5 * gap, 12);
  });

  it('Selic path: from 10.5 to an i* of 9.5 it averages 9.9159193', () => {
    // r* moves with nothing here: the rule is put at 9.5 by the expectation, 2.5 points of rate for each of it.
    const iStar = assessWorld('MONETARY_BR_TAYLOR').metadata['iStar'] as number;
    const path = assessWorld('MONETARY_BR_SELIC_PATH', { expected: 4.6 - (iStar - 9.5) / 2.5 });
    expect(path.metadata['iStar']).toBeCloseTo(9.5, 9);
    expect(path.metadata['expectedPath']).toBeCloseTo(9.9159193, 7);
    expect(path.value).toBeCloseTo(13 - 9.9159193, 7);
  });

  it('US trend: a 12-month rate of 2.8 is worth 0.4, supercore above 2 % adds 0.1', () => {
    expect(assessWorld('INFLATION_US_TREND').confidence).toBeCloseTo(0.5, 12);
    const calm = assessWorld('INFLATION_US_TREND', moved('US_PCE_SUPERCORE|mom', -0.2, 3));
    expect(calm.confidence).toBeCloseTo(0.3, 12);
  });

  it('Fed: 5.33 against 2 + 2.8 + 0.4 + 0.5', () => {
    expect(assessWorld('MONETARY_US_FED_STANCE').value).toBeCloseTo(5.33 - 5.7, 12);
  });
});

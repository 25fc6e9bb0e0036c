import { describe, expect, it } from 'vitest';
import { crossAsset } from '../../../services/agents/cross_asset/agent.ts';
import {
  checkConsistency as checkConsistencyBy,
  type ConsistencyInput,
  type ConsistencyRule,
} from '../../../services/agents/cross_asset/consistency.ts';
import {
  listLogReturns,
  listYieldChanges,
  type Leg,
  testPair as testPairBy,
} from '../../../services/agents/cross_asset/correlation.ts';
import {
  assessMacroRegime,
  listRegimeInputs,
  standMonth as standMonthBy,
} from '../../../services/agents/cross_asset/macro-regime.ts';
import {
  buildMarketView as buildMarketViewBy,
  measureTailRisk as measureTailRiskBy,
  type MarketViewInput,
} from '../../../services/agents/cross_asset/market-view.ts';
import {
  sumCompleteWeeks,
  type Reading,
  type Readings,
} from '../../../services/agents/cross_asset/readings.ts';
import {
  assessRiskRegime as assessRiskRegimeBy,
  scoreRiskOff as scoreRiskOffBy,
  type RegimeComponents,
} from '../../../services/agents/cross_asset/regime-score.ts';
import { assessSentiment as assessSentimentBy } from '../../../services/agents/cross_asset/sentiment.ts';
import { readVersion } from '../../../services/agents/versions.ts';
import { addToMonth, type Month, type MonthTable } from '../../../services/agents/framework/periods.ts';
import type { Panel } from '../../../services/agents/framework/panel.ts';
import { createViews } from '../../../services/agents/framework/view.ts';
import type { SignalInput } from '../../../services/agents/framework/signal.ts';
import type { StoredSignal } from '../../../shared/db/reader.ts';
import {
  describeRuleProbabilities as describeRuleProbabilitiesBy,
  labelStates as labelStatesBy,
  REGIMES,
  type GrowthInflation,
  type Regime,
} from '../../../shared/numeric/regime.ts';
import { addDays, addMonths, cutoffOf, endOfMonth, listWeekdays, type Day } from '../../../shared/time.ts';
import { assess, buildView, EMPTY_PANEL, listMacroRows, listMonths } from './framework-panel.ts';

// The numbers of model version 1.
const { parameters } = readVersion('agent_cross_asset', '1');
const { correlation, macroRegime, riskRegime, sentiment, view: viewParameters } = parameters;
const CORRELATION_PAIRS = correlation.window * (correlation.pastWindows + 1);
const HMM_MIN_ROWS = macroRegime.hmm.minRows;
const REGIME_CENTROIDS = macroRegime.centroids;
const checkConsistency = (input: ConsistencyInput) => checkConsistencyBy(input, viewParameters);
const buildMarketView = (input: MarketViewInput) => buildMarketViewBy(input, viewParameters);
const measureTailRisk = (input: Parameters<typeof measureTailRiskBy>[0]) =>
  measureTailRiskBy(input, viewParameters.tailRisk);
const testPair = (left: Leg, right: Leg, effective: number) =>
  testPairBy(left, right, effective, correlation);
const standMonth = (table: MonthTable | null, month: Month) => standMonthBy(table, month, macroRegime);
const assessRiskRegime = (readings: Readings, inputs: readonly SignalInput[]) =>
  assessRiskRegimeBy(readings, inputs, riskRegime);
const scoreRiskOff = (components: RegimeComponents) => scoreRiskOffBy(components, riskRegime);
const assessSentiment = (readings: Readings, inputs: readonly SignalInput[]) =>
  assessSentimentBy(readings, inputs, sentiment);
const describeRuleProbabilities = (regime: Regime) => describeRuleProbabilitiesBy(regime, macroRegime.rule);
const labelStates = (means: readonly GrowthInflation[]) => labelStatesBy(means, macroRegime.centroids);

const NONE: Reading = { value: null, z: null, date: null, missing: 'not there' };

function makeReadings(given: Partial<Record<keyof Readings, Partial<Reading>>>): Readings {
  const take = (name: keyof Readings): Reading => ({
    ...NONE,
    ...(given[name] && { missing: null, ...given[name] }),
  });
  return {
    vix: take('vix'),
    hyBp: take('hyBp'),
    dxy: take('dxy'),
    slopeBp: take('slopeBp'),
    flow: take('flow'),
    cftc: take('cftc'),
    credit: { ...take('credit'), rangeBp: null },
    fiscal: take('fiscal'),
  };
}

function makeNoise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648 - 0.5;
  };
}

describe('sentiment', () => {
  it('is 70.784127 and LONG with VIX 20, high yield 350 bp, DXY 104 and flow z 1', () => {
    const readings = makeReadings({
      vix: { value: 20 },
      hyBp: { value: 350 },
      dxy: { value: 104 },
      flow: { z: 1 },
    });
    const draft = assessSentiment(readings, []);
    expect(draft).toMatchObject({ status: 'OK', direction: 'LONG' });
    expect(draft.value).toBeCloseTo(70.784127, 6);
    expect(draft).toHaveProperty('confidence', expect.closeTo(0.41568254, 7));
  });

  it('scores the Brazilian spread between the quantiles of its own past only', () => {
    const base = makeReadings({ vix: { value: 20 }, hyBp: { value: 350 }, dxy: { value: 104 } });
    const credit = { value: 900, z: null, date: '2024-01-02', missing: null, rangeBp: [700, 1100] as const };
    const withCredit = assessSentiment({ ...base, credit }, []);
    const parts = [66.6667 * 0.25, 92.8571 * 0.2, 44 * 0.15];
    const sum = parts.reduce((total, part) => total + part, 0);
    expect(withCredit.value).toBeCloseTo((sum + 50 * 0.1) / 0.7, 3);
    const withoutRange = assessSentiment(
      { ...base, credit: { ...credit, rangeBp: null, missing: 'short' } },
      [],
    );
    expect(withoutRange.value).toBeCloseTo(sum / 0.6, 3);
  });

  it('needs three components and says what is missing', () => {
    const draft = assessSentiment(makeReadings({ vix: { value: 20 }, hyBp: { value: 350 } }), []);
    expect(draft).toMatchObject({ status: 'INSUFFICIENT_DATA' });
    expect(draft.reason).toMatch(/^2 of 3 components needed: not there/);
  });
});

describe('the risk regime', () => {
  it('is half the mean of the components, positive for risk-off, within ±1', () => {
    const components = { vix: 2, hyOas: 1, dxy: 0.5, flow: null, slope: -0.5, brFiscal: 1 };
    expect(scoreRiskOff(components)).toBeCloseTo(0.4, 12);
    expect(scoreRiskOff({ ...components, vix: 30 })).toBe(1);
    expect(scoreRiskOff({ ...components, hyOas: null, dxy: null, brFiscal: null })).toBeNull();
  });

  it('counts inflow and a steep curve as risk-on and fiscal dominance by its distance to 50', () => {
    const readings = makeReadings({ flow: { z: 2 }, slopeBp: { z: 1 }, fiscal: { value: 75 } });
    const draft = assessRiskRegime(readings, []);
    expect(draft.value).toBeCloseTo((-2 - 1 + 1) / 3 / 2, 12);
    expect(draft).toMatchObject({ direction: 'LONG', confidence: expect.closeTo(2 / 3, 12) });
  });

  it('has no direction and no confidence between −0.2 and 0.2', () => {
    const readings = makeReadings({ vix: { z: 0.3 }, hyBp: { z: 0.3 }, dxy: { z: 0.3 } });
    expect(assessRiskRegime(readings, [])).toMatchObject({
      status: 'OK',
      direction: 'NEUTRAL',
      confidence: 0,
    });
  });
});

describe('correlation breaks', () => {
  const days = listWeekdays('2018-01-01', '2020-12-31').slice(0, CORRELATION_PAIRS);
  const noise = makeNoise(11);
  const x = days.map(() => noise());
  // Seven windows that barely move together, and a last one that does.
  const y = days.map((_, i) => (i < CORRELATION_PAIRS - 63 ? noise() : x[i]! + 0.2 * noise()));
  const legOf = (name: string, values: readonly number[]) => ({
    name,
    changes: days.map((date, i) => ({ from: days[i - 1] ?? '2017-12-29', date, value: values[i]! })),
    missing: null,
  });

  function pearson(from: number): number {
    const xs = x.slice(from, from + 63);
    const ys = y.slice(from, from + 63);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const cross = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, i) => sum + (value - mean(a)) * (b[i]! - mean(b)), 0);
    return cross(xs, ys) / Math.sqrt(cross(xs, xs) * cross(ys, ys));
  }

  it('measure the last 63 changes against the seven windows before in units of the standard error', () => {
    const past = Array.from({ length: 7 }, (_, k) => Math.atanh(pearson(k * 63)));
    const shift = Math.atanh(pearson(441)) - past.reduce((sum, value) => sum + value, 0) / 7;
    const daily = testPair(legOf('a', x), legOf('b', y), 63);
    expect(daily).toMatchObject({
      pairs: 504,
      isBreak: true,
      z: expect.closeTo(shift / Math.sqrt(1 / 60 + 1 / 420), 9),
    });
    const twoDay = testPair(legOf('a', x), legOf('b', y), 42);
    expect(twoDay).toMatchObject({ z: expect.closeTo(shift / Math.sqrt(1 / 39 + 1 / 273), 9) });
    expect(Math.sqrt(1 / 60 + 1 / 420)).toBeCloseTo(0.138, 4);
    expect(Math.sqrt(1 / 39 + 1 / 273)).toBeCloseTo(0.1712, 4);
  });

  it('need 504 common days', () => {
    const short = { ...legOf('b', y), changes: legOf('b', y).changes.slice(1) };
    expect(testPair(legOf('a', x), short, 63)).toEqual({
      missing: 'a and b: 503 of 504 common daily changes',
    });
  });

  it('leave out a change that spans other days than that of the other leg', () => {
    const holiday = legOf('b', y);
    const changes = holiday.changes.map((change, i) => (i === 100 ? { ...change, from: days[98]! } : change));
    expect(testPair(legOf('a', x), { ...holiday, changes }, 63)).toEqual({
      missing: 'a and b: 503 of 504 common daily changes',
    });
  });

  it('take two-day returns over consecutive sessions and yield changes over one session only', () => {
    const price = (date: string, logReturn: number | null) => ({
      date,
      knownAt: 0,
      price: 1,
      logReturn,
      simpleReturn: null,
      flags: [],
    });
    const prices = [price('a', null), price('b', 0.1), price('c', 0.2), price('d', null), price('e', 0.3)];
    expect(listLogReturns(prices, 1).map(({ date }) => date)).toEqual(['b', 'c', 'e']);
    expect(listLogReturns(prices, 2)).toEqual([{ from: 'a', date: 'c', value: expect.closeTo(0.3, 12) }]);
    const yields = [
      { date: '2021-01-04', value: 5 },
      { date: '2021-01-05', value: 5.5 },
      { date: '2021-01-11', value: 6 },
    ];
    expect(listYieldChanges(yields, 'DI_PRE')).toEqual([
      { from: '2021-01-04', date: '2021-01-05', value: 0.5 },
    ]);
  });
});

describe('weekly flows', () => {
  it('leave out the first week and one that is not over', () => {
    const flows = listWeekdays('2021-03-03', '2021-03-24').map((date) => ({ date, value: 1 }));
    expect(sumCompleteWeeks(flows)).toEqual([
      { date: '2021-03-12', value: 5 },
      { date: '2021-03-19', value: 5 },
    ]);
    expect(sumCompleteWeeks(flows.filter(({ date }) => date <= '2021-03-19'))).toHaveLength(2);
  });
});

describe('consistency rules', () => {
  const stance = (direction: string, value: number | null = null) => ({ direction, confidence: 0.5, value });
  const QUIET: ConsistencyInput = {
    fx: null,
    rates: null,
    inflation: null,
    fiscal: null,
    sentiment: null,
    riskRegime: null,
    regime: 'Goldilocks',
  };
  const cases: Record<ConsistencyRule, Partial<ConsistencyInput>> = {
    FX_RATES_CONTRADICTION: { fx: stance('SHORT'), rates: stance('LONG') },
    EQUITY_RATES_CONTRADICTION: { riskRegime: stance('LONG'), rates: stance('LONG') },
    REGIME_FX_MISMATCH: { regime: 'Stagflation', fx: stance('SHORT') },
    REGIME_EQUITY_MISMATCH: { regime: 'Deflation', sentiment: stance('LONG', 80) },
    INFLATION_RATES_CONTRADICTION: { inflation: stance('LONG'), rates: stance('SHORT') },
    RISK_APPETITE_DIRECTION: { sentiment: stance('SHORT', 20), riskRegime: stance('LONG') },
    SOVEREIGN_FX_DIVERGENCE: { fiscal: stance('LONG'), fx: stance('SHORT') },
  };

  it.each(Object.entries(cases))('%s fires alone on its own contradiction', (rule, input) => {
    const issues = checkConsistency({ ...QUIET, ...input });
    expect(issues.map((issue) => issue.rule)).toEqual([rule]);
    expect(issues[0]).toMatchObject({ severity: 'warning', size: 0.5 });
    expect(issues[0]!.instruments.length).toBeGreaterThan(0);
  });

  it.each(Object.entries(cases))('%s is silent when a side has no view', (_rule, input) => {
    for (const side of Object.keys(input)) {
      expect(
        checkConsistency({ ...QUIET, ...input, [side]: side === 'regime' ? 'Reflation' : null }),
      ).toEqual([]);
    }
  });

  it('are silent when views agree', () => {
    const calm = {
      fx: stance('SHORT'),
      rates: stance('SHORT'),
      riskRegime: stance('LONG'),
      sentiment: stance('LONG', 80),
    };
    expect(checkConsistency({ ...QUIET, ...calm })).toEqual([]);
  });
});

describe('the view', () => {
  const signal = (signalId: string, direction: 'LONG' | 'SHORT' | 'NEUTRAL', confidence: number, value = 0) =>
    ({
      signalId,
      direction,
      strength: confidence >= 0.5 ? 'MODERATE' : 'NO_SIGNAL',
      confidence,
      value,
      status: 'OK',
    }) as const;
  const stored = (signalId: string, direction: string, confidence: number, status = 'OK'): StoredSignal => ({
    signalId,
    direction,
    confidence,
    status,
    strength: confidence >= 0.5 ? 'MODERATE' : 'NO_SIGNAL',
    value: 0,
    unit: 'score',
    reason: null,
  });
  const viewOf = (overrides: Partial<MarketViewInput>, upstream: readonly StoredSignal[] = []) =>
    buildMarketView({
      macro: {
        regime: 'Reflation',
        probabilities: describeRuleProbabilities('Reflation'),
        method: 'rule_based',
        reason: null,
        growthZ: 1,
        growthPeriod: '2021-01',
        inflationZ: 1,
        inflationPeriod: '2021-01',
        hmm: { rows: 0, lastMonth: null, refused: 'too_few_rows' },
        proxies: [],
        warnings: [],
      },
      riskRegime: signal('CROSSASSET_REGIME', 'LONG', 0.8),
      sentiment: signal('CROSSASSET_SENTIMENT', 'LONG', 0.6, 80),
      vixZ: 0,
      hyZ: 0,
      agents: { signals: new Map(upstream.map((item) => [item.signalId, item])), gaps: [] },
      ...overrides,
    });

  it('is against USDBRL and yields when it is for risk assets, and the other way round', () => {
    const on = viewOf({}).classes;
    expect([on.equities.direction, on.fx.direction, on.rates.direction]).toEqual(['LONG', 'SHORT', 'SHORT']);
    expect(on.equities.conviction).toBeCloseTo(0.7, 12);
    const off = viewOf({
      riskRegime: signal('CROSSASSET_REGIME', 'SHORT', 0.8),
      sentiment: signal('CROSSASSET_SENTIMENT', 'SHORT', 0.6, 20),
    }).classes;
    expect([off.equities.direction, off.fx.direction, off.rates.direction]).toEqual([
      'SHORT',
      'LONG',
      'LONG',
    ]);
    const torn = viewOf({ sentiment: signal('CROSSASSET_SENTIMENT', 'SHORT', 0.6, 20) }).classes;
    expect(torn.fx).toMatchObject({ direction: 'NEUTRAL', conviction: 0 });
  });

  it('picks three trades of most conviction, one per instrument, and halves what a rule names', () => {
    const { trades, consistency } = viewOf({}, [
      stored('FX_BR_COMPOSITE', 'SHORT', 0.9),
      stored('MONETARY_BR_COMPOSITE', 'LONG', 0.95),
      // Too weak to contradict anything.
      { ...stored('FISCAL_BR_COMPOSITE', 'LONG', 0.2), strength: 'NO_SIGNAL' },
      stored('INFLATION_BR_COMPOSITE', 'LONG', 0.99, 'INSUFFICIENT_DATA'),
    ]);
    expect(trades.map(({ instrument, direction, source }) => [instrument, direction, source])).toEqual([
      ['DI_PRE', 'LONG', 'MONETARY_BR_COMPOSITE'],
      ['USDBRL', 'SHORT', 'FX_BR_COMPOSITE'],
      ['IBOV', 'LONG', 'CROSSASSET_REGIME + CROSSASSET_SENTIMENT'],
    ]);
    expect(consistency.map(({ rule }) => rule)).toEqual([
      'FX_RATES_CONTRADICTION',
      'EQUITY_RATES_CONTRADICTION',
    ]);
    expect(trades.map(({ size }) => size)).toEqual([0.5, 0.5, 0.5]);
    expect(viewOf({}).trades.map(({ size }) => size)).toEqual([1, 1, 1]);
  });

  it('measures tail risk by stress only: calm markets do not add to it, a missing part leaves it open', () => {
    const probabilities = { Goldilocks: 0.1, Reflation: 0.2, Stagflation: 0.4, Deflation: 0.3 };
    expect(measureTailRisk({ vixZ: -5, hyZ: -5, probabilities })).toMatchObject({
      score: expect.closeTo(28, 12),
      band: 'low',
    });
    expect(measureTailRisk({ vixZ: 0.5, hyZ: -1, probabilities })).toMatchObject({ band: 'moderate' });
    expect(measureTailRisk({ vixZ: 0.5, hyZ: 0.5, probabilities })).toMatchObject({ band: 'elevated' });
    expect(measureTailRisk({ vixZ: 5, hyZ: 0, probabilities })).toMatchObject({
      score: 100,
      band: 'critical',
    });
    expect(measureTailRisk({ vixZ: null, hyZ: 1, probabilities: null })).toEqual({
      score: null,
      band: null,
      missing: ['z of VIX', 'regime probabilities'],
    });
  });

  it('refuses probabilities that do not sum to one', () => {
    const macro = {
      ...viewOfMacro(),
      probabilities: { Goldilocks: 0.5, Reflation: 0.5, Stagflation: 0.1, Deflation: 0 },
    };
    expect(() => viewOf({ macro })).toThrow('regime probabilities sum to 1.1');
  });

  function viewOfMacro(): MarketViewInput['macro'] {
    return {
      regime: null,
      probabilities: null,
      method: null,
      reason: 'not known',
      growthZ: null,
      growthPeriod: null,
      inflationZ: null,
      inflationPeriod: null,
      hmm: { rows: 0, lastMonth: null, refused: null },
      proxies: [],
      warnings: [],
    };
  }

  it('says that it has no regime, no risk appetite and no tail risk', () => {
    const view = viewOf({
      macro: viewOfMacro(),
      sentiment: {
        ...signal('CROSSASSET_SENTIMENT', 'NEUTRAL', 0),
        status: 'INSUFFICIENT_DATA',
        value: null,
      },
    });
    expect(view).toMatchObject({
      regime: null,
      probabilities: null,
      riskAppetite: null,
      tailRisk: { score: null },
    });
    expect(view.warnings).toEqual([
      'no regime: not known',
      'no risk appetite: CROSSASSET_SENTIMENT is INSUFFICIENT_DATA',
      'no tail risk without regime probabilities',
    ]);
  });

  it('has every signal and a reason for each that could not run when nothing is known', () => {
    const { report, signal: find } = assess(crossAsset, {}, '2021-06-30');
    expect(report.signals.map(({ status }) => status)).toEqual(
      Array.from({ length: 3 }, () => 'INSUFFICIENT_DATA'),
    );
    expect(find('CROSSASSET_REGIME').reason).toMatch(
      /\^VIX.*BAMLH0A0HYM2.*DX-Y.NYB.*SGS 13961.*DGS10.*FISCAL_BR_DOMINANCE_RISK/,
    );
    expect(find('CROSSASSET_CORRELATION').reason).toMatch(
      /USDBRL_PTAX.*DXY.*DI_PRE.*DGS5.*IBOVESPA.*SP500.*OIL_WTI/,
    );
    expect(report.status).toBe('degraded');
  });
});

describe('the macro regime', () => {
  const MONTHS = 236;
  const FIRST = '2005-01';
  const noise = makeNoise(5);
  /** Eighteen months of each regime in turn: growth and inflation follow its centroid. */
  const plan = Array.from({ length: MONTHS }, (_, i) => REGIME_CENTROIDS[REGIMES[Math.floor(i / 18) % 4]!]);
  const panel = makePanel();

  function makePanel(): Panel {
    const ends = plan.map((_, i) => endOfMonth(addMonths(`${FIRST}-01`, i)));
    const price = (instrument: string, valueOf: (index: number) => number) =>
      ends.map((sessionDate, i) => ({
        instrument,
        sessionDate,
        knownAt: cutoffOf(addDays(sessionDate, -4)),
        price: valueOf(i),
        field: 'close',
        logReturn: null,
        simpleReturn: null,
        flags: [],
      }));
    const growth = plan.map((point) => 2 + 2 * point.growth + noise() / 5);
    const inflation = plan.map((point) => 5 + 2 * point.inflation + noise() / 5);
    return {
      ...EMPTY_PANEL,
      macro: [
        ...listMacroRows('BR_IBC_BR', 'yoy', listMonths(FIRST, growth)),
        ...listMacroRows('BR_IPCA_MOM', 'yoy', listMonths(FIRST, inflation)),
        ...listMacroRows(
          'US_HY_OAS',
          'level',
          Object.fromEntries(ends.map((day, i) => [day, 4 - plan[i]!.growth + noise() / 5])),
        ),
      ],
      prices: [
        ...price('VIX', (i) => 20 - 6 * plan[i]!.growth + noise()),
        ...price('IBOVESPA', (i) => 1_000 + 100 * plan[i]!.growth + 20 * noise()),
      ],
      stats: ends.map((sessionDate, i) => ({
        instrument: 'USDBRL_PTAX',
        stat: 'vol',
        window: 21,
        sessionDate,
        knownAt: cutoffOf(addDays(sessionDate, -4)),
        value: 0.15 + 0.05 * plan[i]!.inflation + noise() / 100,
        reason: null,
      })),
    };
  }

  it('is classified by rule until 120 complete monthly rows exist, and says so', () => {
    const macro = assessMacroRegime(buildView(crossAsset, panel, '2018-06-15'));
    expect(macro.method).toBe('rule_based');
    expect(macro.hmm.rows).toBeLessThan(HMM_MIN_ROWS);
    expect(macro.hmm.refused).toBe(`too_few_rows: ${macro.hmm.rows} of 120 complete monthly rows`);
    expect(macro.warnings).toContain(`regime by rule: ${macro.hmm.refused}`);
    expect(macro.probabilities).toEqual(describeRuleProbabilities(macro.regime!));
  });

  it('does not depend on what was computed before, and is fitted once a month', () => {
    const partitions = ['2024-06-12', '2024-06-13', '2024-06-27'];
    const views = createViews(crossAsset, panel);
    const slid = partitions.map((partition) => assessMacroRegime(views.at(partition)));
    const fresh = assessMacroRegime(createViews(crossAsset, panel, { memo: false }).at('2024-06-27'));
    expect(fresh).toEqual(slid[2]);
    expect(slid.map(({ hmm }) => hmm)).toEqual(Array.from({ length: 3 }, () => slid[0]!.hmm));
    expect(slid[0]!.hmm.rows).toBeGreaterThanOrEqual(HMM_MIN_ROWS);
    expect(slid[0]!).toMatchObject({ method: 'hmm', hmm: { refused: null } });
    expect(slid[1]!.probabilities).toBe(slid[0]!.probabilities);
    expect(Object.values(slid[0]!.probabilities!).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  });

  it('rests by rule on the newest growth and inflation alone, by the model on what was known of its last month', () => {
    const inputsAt = (partition: Day) => {
      const view = buildView(crossAsset, panel, partition);
      return listRegimeInputs(view, assessMacroRegime(view)).map(
        ({ key, lastPeriod }) => `${key} ${lastPeriod}`,
      );
    };
    expect(inputsAt('2018-06-15').map((input) => input.split(' ')[0])).toEqual(['BR_IBC_BR', 'BR_IPCA_MOM']);
    const model = inputsAt('2024-06-12');
    expect(model.slice(0, 2)).toEqual(['BR_IBC_BR 2024-03', 'BR_IPCA_MOM 2024-04']);
    expect(
      model
        .slice(2)
        .filter((input) => !input.includes('null'))
        .map((input) => input.slice(-10, -3)),
    ).toEqual(expect.arrayContaining(['2024-05']));
    expect(model.filter((input) => / 2024-06/.test(input))).toEqual([]);
  });

  it('labels states by their growth and inflation alone, whatever their order', () => {
    const means = REGIMES.map((regime) => ({
      growth: REGIME_CENTROIDS[regime].growth + 0.2,
      inflation: REGIME_CENTROIDS[regime].inflation - 0.1,
    }));
    const order = [2, 0, 3, 1];
    expect(labelStates(means)).toEqual([...REGIMES]);
    expect(labelStates(order.map((i) => means[i]!))).toEqual(order.map((i) => REGIMES[i]));
  });

  it('falls back to the unadjusted activity index, flagged, and has no regime without growth', () => {
    const renamed = panel.macro.map((row) =>
      row.seriesKey === 'BR_IBC_BR' ? { ...row, seriesKey: 'BR_IBC_BR_NSA' } : row,
    );
    const proxy = assessMacroRegime(buildView(crossAsset, { ...panel, macro: renamed }, '2018-06-15'));
    expect(proxy.proxies).toEqual(['SGS 24363 (not seasonally adjusted) for SGS 24364, 12-month growth']);
    const without = panel.macro.filter((row) => row.seriesKey !== 'BR_IBC_BR');
    const none = assessMacroRegime(buildView(crossAsset, { ...panel, macro: without }, '2018-06-15'));
    expect(none).toMatchObject({ regime: null, probabilities: null, method: null });
    expect(none.reason).toBe('SGS 24364, SGS 24363 have no observations');
  });

  it('stands a month against up to 59 months before it, 36 in all', () => {
    const values = Array.from({ length: 80 }, (_, i) => i % 7);
    const table = { first: '2015-01', values };
    const past = values.slice(20, 79);
    const mean = past.reduce((sum, value) => sum + value, 0) / 59;
    const std = Math.sqrt(past.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 58);
    expect(standMonth(table, addToMonth('2015-01', 79))).toBeCloseTo((values[79]! - mean) / std, 9);
    expect(standMonth(table, addToMonth('2015-01', 34))).toBeNull();
    expect(standMonth(table, addToMonth('2015-01', 80))).toBeNull();
  });
});

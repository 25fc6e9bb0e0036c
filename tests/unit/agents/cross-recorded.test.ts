import { beforeAll, describe, expect, it } from 'vitest';
import { crossAsset } from '../../../services/agents/cross_asset/agent.ts';
import type { MarketView } from '../../../services/agents/cross_asset/market-view.ts';
import { fiscal } from '../../../services/agents/fiscal/agent.ts';
import type { AgentDefinition } from '../../../services/agents/framework/agent.ts';
import { createViews } from '../../../services/agents/framework/view.ts';
import { assessPartition } from '../../../services/agents/framework/report.ts';
import { fxEquilibrium } from '../../../services/agents/fx_equilibrium/agent.ts';
import { inflation } from '../../../services/agents/inflation/agent.ts';
import { monetaryPolicy } from '../../../services/agents/monetary_policy/agent.ts';
import type { ReportRecord } from '../../../shared/db/signals.ts';
import type { AgentName } from '../../../shared/pipeline/graph.ts';
import { findSource, unitOf } from '../../../shared/output-source.ts';
import type { SignalInput } from '../../../shared/contract/signals.ts';
import { addDays, cutoffOf, daysBetween, listWeekdays, type Day } from '../../../shared/time.ts';
import { listNumbers } from '../../helpers/output-numbers.ts';
import { readRecordedText } from '../../helpers/recorded-payload.ts';
import { assessAgents, collectRecordedPanel } from '../../helpers/recorded-panel.ts';

const AGENTS = [inflation, monetaryPolicy, fiscal, fxEquilibrium, crossAsset];
const FIRST = '2021-01-04';
const LAST = '2022-06-24';
const PARTITIONS: readonly Day[] = listWeekdays(FIRST, LAST);

let panel: Awaited<ReturnType<typeof collectRecordedPanel>>;
let reports: Map<AgentName, ReportRecord[]>;

beforeAll(async () => {
  panel = await collectRecordedPanel(AGENTS, FIRST, LAST);
  reports = assessAgents(AGENTS, panel, PARTITIONS);
}, 400_000);

function listSignals(agent: AgentName, signalId: string) {
  return reports.get(agent)!.map(({ partition, signals }) => {
    const signal = signals.find((candidate) => candidate.signalId === signalId)!;
    return { partition, ...signal };
  });
}

function findSignal(agent: AgentName, signalId: string, partition: Day) {
  return listSignals(agent, signalId).find((signal) => signal.partition === partition)!;
}

/** One column of a table by its days; empty cells and Yahoo's `null` rows are left out. */
function readTable(path: string, column = 1): { date: Day; value: number }[] {
  return readRecordedText(path)
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
    .filter((cells) => !['', 'null'].includes((cells[column] ?? '').trim()))
    .map((cells) => ({ date: cells[0]!, value: Number(cells[column]) }));
}

/** z of the last of 252 values against the 251 before it, up to `day`. */
function stand(values: readonly { date: Day; value: number }[], day: Day): number {
  const window = values.filter(({ date }) => date <= day).slice(-252);
  const past = window.slice(0, -1).map(({ value }) => value);
  const mean = past.reduce((sum, value) => sum + value, 0) / past.length;
  const std = Math.sqrt(past.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (past.length - 1));
  return (window.at(-1)!.value - mean) / std;
}

/** Counts of equal items, by their text. */
function countBy(items: readonly (string | number)[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(items, String)].map(([name, list]) => [name, list.length]));
}

/**
 * Values recomputed in Python (numpy 2.4, pandas) from the files of data/replay alone, with the release rules written anew:
 * a US value is known on the next business day, a Yahoo close, a PTAX fixing and a B3 settlement on their own day. On 27
 * partitions, every sixteenth and these, the two agree to 1e-12; the expectation in dominance is the stored one.
 */
const RECOMPUTED: readonly {
  readonly partition: Day;
  readonly carry: number;
  readonly basis: number;
  readonly dominance: number;
  readonly regime: number;
  readonly sentiment: number;
  readonly pairs: Readonly<Record<string, readonly [z: number, rho: number]>>;
}[] = [
  {
    partition: '2021-03-15',
    carry: -1.25580184,
    basis: 1.15333333,
    dominance: 76.33855953,
    regime: -0.51468801,
    sentiment: 81.62039344,
    pairs: {
      'USDBRL–DXY': [-1.49998607, 0.07985662],
      'IBOV–SP500': [-0.94120627, 0.51876589],
      'USDBRL–VIX': [-1.00462515, 0.07276279],
      'OIL–USDBRL': [-0.44950215, -0.25737283],
    },
  },
  {
    partition: '2021-11-30',
    carry: 2.2189055,
    basis: 0.96833333,
    dominance: 86.4848333,
    regime: 0.75384787,
    sentiment: 67.61119109,
    pairs: {
      'USDBRL–DXY': [-0.50742317, 0.18220972],
      'IBOV–SP500': [-2.72527399, 0.33780277],
      'USDBRL–VIX': [0.1241485, 0.18415699],
      'OIL–USDBRL': [-0.24312383, -0.26596177],
    },
  },
  {
    partition: '2022-01-11',
    carry: 3.46786134,
    basis: 1.20395604,
    dominance: 81.75112122,
    regime: 0.36732963,
    sentiment: 81.5565843,
    pairs: {
      'USDBRL–DXY': [-1.2357025, 0.10434646],
      'IBOV–SP500': [-2.39391643, 0.37005836],
      'USDBRL–VIX': [-0.25911085, 0.09884997],
      'OIL–USDBRL': [1.21183162, -0.03742008],
    },
  },
  {
    partition: '2022-06-23',
    carry: 1.5536083,
    basis: 2.934375,
    dominance: 80.60177962,
    regime: 1,
    sentiment: 47.33404362,
    pairs: {
      'USDBRL–DXY': [1.20707897, 0.46541519],
      'IBOV–SP500': [3.04161416, 0.74067384],
      'USDBRL–VIX': [1.90679425, 0.40893287],
      'OIL–USDBRL': [-0.60203665, -0.28747748],
    },
  },
];

describe.each(RECOMPUTED)('on $partition an independent computation', (expected) => {
  const { partition, pairs } = expected;

  it('gives the same carry, basis, dominance, regime and sentiment', () => {
    const valueOf = (agent: AgentName, signalId: string) => findSignal(agent, signalId, partition).value;
    expect(valueOf('agent_fx_equilibrium', 'FX_BR_CARRY_RISK')).toBeCloseTo(expected.carry, 7);
    expect(valueOf('agent_fx_equilibrium', 'FX_BR_CIP_BASIS')).toBeCloseTo(expected.basis, 7);
    expect(valueOf('agent_fiscal', 'FISCAL_BR_DOMINANCE_RISK')).toBeCloseTo(expected.dominance, 7);
    expect(valueOf('agent_cross_asset', 'CROSSASSET_REGIME')).toBeCloseTo(expected.regime, 7);
    expect(valueOf('agent_cross_asset', 'CROSSASSET_SENTIMENT')).toBeCloseTo(expected.sentiment, 7);
  });

  it('gives the same correlations and Fisher z', () => {
    const { metadata } = findSignal('agent_cross_asset', 'CROSSASSET_CORRELATION', partition);
    const tested = metadata['pairs'] as Record<string, { z: number; rho: number }>;
    for (const [name, [z, rho]] of Object.entries(pairs)) {
      expect(tested[name]!.z).toBeCloseTo(z, 7);
      expect(tested[name]!.rho).toBeCloseTo(rho, 7);
    }
  });
});

describe('fiscal on recorded data', () => {
  it('has no debt path and no impulse on any partition, and names the missing codes', () => {
    for (const { status, reason, value } of listSignals('agent_fiscal', 'FISCAL_BR_DSA')) {
      expect([status, value]).toEqual(['INSUFFICIENT_DATA', null]);
      expect(reason).toBe('SGS 5793, SGS 22109, SGS 22099 have no observations');
    }
    for (const { status, reason, value } of listSignals('agent_fiscal', 'FISCAL_BR_IMPULSE')) {
      expect([status, value]).toEqual(['INSUFFICIENT_DATA', null]);
      expect(reason).toBe('SGS 5793 has no observations');
    }
  });

  it('has dominance from debt and expectations alone everywhere, LONG, and says what it lacks', () => {
    const dominance = listSignals('agent_fiscal', 'FISCAL_BR_DOMINANCE_RISK');
    for (const { status, direction, metadata } of dominance) {
      expect([status, direction]).toEqual(['OK', 'LONG']);
      expect(metadata).toMatchObject({ present: 2, components: 4, without: 'SGS 22109, SGS 5793' });
    }
    const values = dominance.map(({ value }) => value!);
    expect(Math.min(...values)).toBeCloseTo(66.863, 3);
    expect(Math.max(...values)).toBeCloseTo(87.89, 2);
  });

  it('has a composite of a third of the weight, and two of four signals', () => {
    for (const { status, confidence, metadata } of listSignals('agent_fiscal', 'FISCAL_BR_COMPOSITE')) {
      expect(status).toBe('OK');
      expect(metadata['c']).toBeCloseTo(1 / 3, 12);
      expect(confidence).toBeLessThanOrEqual(1 / 3);
    }
    expect(
      countBy(reports.get('agent_fiscal')!.map(({ coverage, status }) => `${coverage} ${status}`)),
    ).toEqual({
      '0.5 complete': 385,
    });
  });
});

describe('FX on recorded data', () => {
  it('has a basis on every partition that moves once a week, above zero and capped', () => {
    const basis = listSignals('agent_fx_equilibrium', 'FX_BR_CIP_BASIS');
    expect(countBy(basis.map(({ status, direction }) => `${status} ${direction}`))).toEqual({
      'OK LONG': 385,
    });
    expect(Math.max(...basis.map(({ confidence }) => confidence))).toBe(0.49);
    const dates = new Set(basis.map(({ metadata }) => metadata['curveDate']));
    expect(dates.size).toBe(77);
    const values = basis.map(({ value }) => value!);
    expect(Math.min(...values)).toBeCloseTo(0.57, 3);
    expect(Math.max(...values)).toBeCloseTo(3.513, 3);
  });

  it('pays for being short of dollars ever more as the Selic rises: carry turns from LONG to SHORT once', () => {
    const carry = listSignals('agent_fx_equilibrium', 'FX_BR_CARRY_RISK');
    expect(countBy(carry.map(({ status, direction }) => `${status} ${direction}`))).toEqual({
      'OK LONG': 74,
      'OK NEUTRAL': 99,
      'OK SHORT': 212,
    });
    const long = carry.filter(({ direction }) => direction === 'LONG').map(({ partition }) => partition);
    const short = carry.filter(({ direction }) => direction === 'SHORT').map(({ partition }) => partition);
    expect(long.at(-1)! < short[0]!).toBe(true);
    expect(short.at(-1)).toBe(LAST);
  });

  it('has no fair value and no flow on any partition, and names the missing codes', () => {
    for (const { status, reason } of listSignals('agent_fx_equilibrium', 'FX_BR_BEER')) {
      expect(status).toBe('INSUFFICIENT_DATA');
      for (const code of ['SGS 29042', 'SGS 13621', 'FRED DFII5']) expect(reason).toContain(code);
    }
    for (const { status, reason } of listSignals('agent_fx_equilibrium', 'FX_BR_FLOW')) {
      expect(status).toBe('INSUFFICIENT_DATA');
      for (const code of ['SGS 13961', 'SGS 13967', 'SGS 13970', 'CFTC']) expect(reason).toContain(code);
    }
  });

  it('has a composite of at most the share of carry and basis, three signals of five', () => {
    const composites = listSignals('agent_fx_equilibrium', 'FX_BR_COMPOSITE');
    for (const { confidence, metadata } of composites) {
      expect(metadata['c']).toBeLessThanOrEqual(0.4 + 1e-12);
      expect(confidence).toBeLessThanOrEqual(0.4);
    }
    // While carry is neutral and the basis too small to count, nothing votes.
    expect(countBy(composites.map(({ status, reason }) => `${status} ${reason ?? ''}`.trim()))).toEqual({
      OK: 288,
      'BELOW_THRESHOLD no_active_sub_signals': 97,
    });
    expect(reports.get('agent_fx_equilibrium')!.map(({ coverage, status }) => [coverage, status])).toEqual(
      PARTITIONS.map(() => [0.6, 'complete']),
    );
  });

  it('stands carry for risk against the 36 months before as the tables do', () => {
    const selic = JSON.parse(readRecordedText('bcb_sgs/recorded/sgs_432_20160101_20260101.json')) as {
      data: string;
      valor: string;
    }[];
    const toDay = (text: string) => `${text.slice(6)}-${text.slice(3, 5)}-${text.slice(0, 2)}`;
    const selicOn = new Map(selic.map(({ data, valor }) => [toDay(data), Number(valor)]));
    const fundsOn = new Map(
      readTable('fred/tables/vintage_2026-08/DFF.csv').map(({ date, value }) => [date, value]),
    );
    const ptax = (
      JSON.parse(readRecordedText('bcb_sgs/reencoded/sgs_1_20151130_20251126.json')) as {
        data: string;
        valor: string;
      }[]
    )
      .map(({ data, valor }) => ({ date: toDay(data), value: Number(valor) }))
      .filter(({ date }) => date <= '2021-11-30');
    const ratioAt = (i: number): number => {
      const returns = Array.from({ length: 30 }, (_, k) => ptax[i - k]!.value / ptax[i - k - 1]!.value - 1);
      const mean = returns.reduce((sum, value) => sum + value, 0) / 30;
      const std = Math.sqrt(returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 29);
      const { date } = ptax[i]!;
      // DFF of a day is published on the next one: at the last fixing it is that of the day before.
      const fundsDay = date === '2021-11-30' ? '2021-11-29' : date;
      return (selicOn.get(date)! - fundsOn.get(fundsDay)!) / (std * Math.sqrt(252) * 100);
    };
    const ends = ptax
      .flatMap(({ date }, i) => (ptax[i + 1]?.date.slice(0, 7) === date.slice(0, 7) ? [] : [i]))
      .slice(-37);
    const ratios = ends.map(ratioAt);
    const past = ratios.slice(0, -1);
    const mean = past.reduce((sum, value) => sum + value, 0) / 36;
    const std = Math.sqrt(past.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 35);
    const signal = findSignal('agent_fx_equilibrium', 'FX_BR_CARRY_RISK', '2021-11-30');
    expect(signal.value).toBeCloseTo((ratios.at(-1)! - mean) / std, 8);
    expect(signal.direction).toBe('SHORT');
  });

  it('takes the basis from the weekly FRC curve at 360 days against SOFR of its date', () => {
    const quote = (ticker: string) => {
      const row = readRecordedText('b3/tables/settlement_prices_weekly_2021-01-04_2022-06-27.csv')
        .split('\n')
        .find((line) => line.startsWith(`2022-06-20,${ticker},`))!;
      return Number(row.split(',')[5]);
    };
    // 1 June and 3 July 2023 are the maturities around 2022-06-20 + 360 days.
    const short = { days: daysBetween('2022-06-20', '2023-06-01'), rate: quote('FRCM23') };
    const long = { days: daysBetween('2022-06-20', '2023-07-03'), rate: quote('FRCN23') };
    const cupomPct = short.rate + ((long.rate - short.rate) * (360 - short.days)) / (long.days - short.days);
    const sofrPct = 1.45;
    const { value, metadata, status } = findSignal('agent_fx_equilibrium', 'FX_BR_CIP_BASIS', LAST);
    expect(status).toBe('OK');
    expect(metadata).toMatchObject({
      curveDate: '2022-06-20',
      sofrDate: '2022-06-17',
      source: 'CUPOM_CAMBIAL',
    });
    expect(value).toBeCloseTo(cupomPct - sofrPct, 8);
  });

  it('implies a cupom from DI, DOL and PTAX when the curve is not there', () => {
    const curvePoints = panel.curvePoints.filter(({ curveId }) => curveId !== 'CUPOM_CAMBIAL');
    const view = createViews(fxEquilibrium, { ...panel, curvePoints }).at(LAST);
    const report = assessPartition(fxEquilibrium, view);
    const basis = report.signals.find(({ signalId }) => signalId === 'FX_BR_CIP_BASIS')!;
    expect(basis.metadata).toMatchObject({ source: 'DI_PRE + USDBRL_FWD + PTAX', curveDate: '2022-06-20' });
    const curve = findSignal('agent_fx_equilibrium', 'FX_BR_CIP_BASIS', LAST);
    // PTAX is the mean of the morning and DOL settles in the afternoon: the two agree only roughly.
    expect(Math.abs(basis.value! - curve.value!)).toBeLessThan(1.5);
  });
});

describe('cross-asset on recorded data', () => {
  it('scores the risk regime as the tables do', () => {
    const partition = '2021-11-30';
    const day = partition;
    const published = addDays(partition, -1);
    const highYield = readTable('fred/tables/vintage_2026-01-02/BAMLH0A0HYM2.csv');
    const twoYears = new Map(
      readTable('fred/tables/vintage_2026-01-02/DGS2.csv').map(({ date, value }) => [date, value]),
    );
    const slope = readTable('fred/tables/vintage_2026-01-02/DGS10.csv').flatMap(({ date, value }) => {
      const other = twoYears.get(date);
      return other === undefined ? [] : [{ date, value: value - other }];
    });
    const components = {
      vix: stand(readTable('yahoo/tables/^VIX_max_to_2021-22.csv', 4), day),
      hyOas: stand(highYield, published),
      dxy: stand(readTable('yahoo/tables/DX-Y.NYB_max_to_2021-22.csv', 4), day),
      slope: -stand(slope, published),
      brFiscal: (findSignal('agent_fiscal', 'FISCAL_BR_DOMINANCE_RISK', partition).value! - 50) / 25,
    };
    const signal = findSignal('agent_cross_asset', 'CROSSASSET_REGIME', partition);
    const stored = signal.metadata['components'] as Record<string, number | null>;
    for (const [name, value] of Object.entries(components)) expect(stored[name]).toBeCloseTo(value, 6);
    expect(stored['flow']).toBeNull();
    const mean = Object.values(components).reduce((sum, value) => sum + value, 0) / 5;
    expect(signal.value).toBeCloseTo(Math.min(1, mean / 2), 6);
    expect(signal).toMatchObject({ status: 'OK', direction: 'SHORT' });
  });

  it('tests four of five pairs, three once the dollar index has ended', () => {
    for (const { partition, status, direction, metadata } of listSignals(
      'agent_cross_asset',
      'CROSSASSET_CORRELATION',
    )) {
      expect([status, direction]).toEqual(['OK', 'NEUTRAL']);
      expect(metadata['tested']).toBe(partition === LAST ? 3 : 4);
      expect(String(metadata['missing'])).toContain(
        'B3 DI_PRE 5Y and FRED DGS5: 0 of 504 common daily changes',
      );
    }
  });

  it('has sentiment in 0–100 from VIX, high yield in basis points and DXY, and none on 2022-06-24', () => {
    const sentiment = listSignals('agent_cross_asset', 'CROSSASSET_SENTIMENT');
    expect(sentiment.map(({ status }) => status)).toEqual(
      PARTITIONS.map((partition) => (partition === LAST ? 'INSUFFICIENT_DATA' : 'OK')),
    );
    expect(sentiment.at(-1)!.reason).toContain('Yahoo DX-Y.NYB: stale, 2022-06-15 is 6 sessions old');
    // 2021-01-04: VIX 26.97, high yield 3.86 % of 2020-12-31, DXY 89.88 (below the range).
    const parts = [((40 - 26.969999) / 30) * 100 * 0.25, ((1000 - 386) / 700) * 100 * 0.2, 100 * 0.15];
    expect(sentiment[0]!.value).toBeCloseTo(parts.reduce((sum, part) => sum + part, 0) / 0.6, 6);
  });

  it('has a regime by rule on every partition and says why there is no model', () => {
    for (const { outputs, diagnostics, partition } of reports.get('agent_cross_asset')!) {
      const view = outputs['view'] as MarketView;
      expect(view.regimeMethod).toBe('rule_based');
      expect(Object.values(view.probabilities!).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
      expect(view.warnings[0] ?? '').not.toBe('');
      expect(view.warnings.join(' ')).toMatch(
        /regime by rule: too_few_rows: \d+ of 120 complete monthly rows/,
      );
      expect(diagnostics['macroRegime']).toMatchObject({
        proxies: ['SGS 24363 (not seasonally adjusted) for SGS 24364, 12-month growth'],
      });
      expect(view.riskAppetite === null).toBe(partition === LAST);
      expect(view.upstreamGaps.map(({ signalId }) => signalId)).toContain('FX_BR_BEER');
      expect(view.trades.length).toBeLessThanOrEqual(3);
    }
  });

  it('sees Reflation and Stagflation only: inflation is far above its target throughout', () => {
    const views = reports.get('agent_cross_asset')!.map(({ outputs }) => outputs['view'] as MarketView);
    expect(countBy(views.map(({ regime }) => String(regime)))).toEqual({ Reflation: 263, Stagflation: 122 });
    const bands = countBy(views.map(({ tailRisk }) => String(tailRisk.band)));
    expect(bands).toEqual({ low: 210, moderate: 59, elevated: 11, critical: 105 });
    const fired = countBy(views.flatMap(({ consistency }) => consistency.map(({ rule }) => rule)));
    expect(Object.keys(fired).toSorted()).toEqual([
      'EQUITY_RATES_CONTRADICTION',
      'FX_RATES_CONTRADICTION',
      'REGIME_EQUITY_MISMATCH',
      'REGIME_FX_MISMATCH',
      'SOVEREIGN_FX_DIVERGENCE',
    ]);
    for (const { classes } of views) {
      const { fx, rates, equities } = classes;
      expect(fx.direction).toBe(rates.direction);
      if (equities.direction !== 'NEUTRAL') expect(fx.direction).not.toBe(equities.direction);
    }
  });

  it('covers three of three signals, two on 2022-06-24, and is complete', () => {
    const records = reports.get('agent_cross_asset')!;
    expect(records.map(({ status }) => status)).toEqual(PARTITIONS.map(() => 'complete'));
    expect(records.map(({ coverage }) => coverage.toFixed(2))).toEqual(
      PARTITIONS.map((partition) => (partition === LAST ? '0.67' : '1.00')),
    );
  });

  it('gives the same report whatever was computed before it', () => {
    for (const agent of [fxEquilibrium, crossAsset] as readonly AgentDefinition[]) {
      const upstream = new Map(
        AGENTS.filter(({ asset }) => agent.reads.reports?.includes(asset)).map(({ asset }) => [
          asset,
          reports.get(asset)!.map((record) => ({ ...record, agent: asset, outputs: { ...record.outputs } })),
        ]),
      );
      const alone = assessPartition(
        agent,
        createViews(agent, { ...panel, reports: upstream }, { memo: false }).at('2022-05-20'),
      );
      const slid = reports.get(agent.asset)!.find(({ partition }) => partition === '2022-05-20');
      expect(JSON.stringify(alone)).toBe(JSON.stringify(slid));
    }
  });
});

describe('what reports rest on', () => {
  const findInputs = (agent: AgentName, partition: Day, wanted: string) =>
    (
      reports
        .get(agent)!
        .find((report) => report.partition === partition)!
        .outputSources.find(({ path }) => path === wanted)!.inputs as readonly SignalInput[]
    ).map(({ key, lastPeriod }) => `${key} ${lastPeriod}`);

  it('is for carry the rates on the day of the fixing: the Selic rose on a holiday without one', () => {
    const inputs = findInputs('agent_fx_equilibrium', '2022-06-16', 'carryPct');
    expect(inputs).toEqual(['BR_SELIC_TARGET 2022-06-15', 'US_FED_FUNDS 2022-06-15']);
    const { outputs } = reports
      .get('agent_fx_equilibrium')!
      .find(({ partition }) => partition === '2022-06-16')!;
    expect(outputs).toMatchObject({ spotDate: '2022-06-15', selicPct: 13.25 });
    expect(outputs['carryPct']).toBeCloseTo(12.75 - 0.83, 9);
    expect(findInputs('agent_fx_equilibrium', '2022-06-16', 'selicPct')).toEqual([
      'BR_SELIC_TARGET 2022-06-16',
    ]);
  });

  it('leaves the markets out of a regime by rule, and has the rules that halve a trade behind its size', () => {
    const inputs = (path: string) => findInputs('agent_cross_asset', '2022-01-11', path);
    const economy = ['BR_IBC_BR_NSA 2021-10', 'BR_IPCA_MOM 2021-12'];
    expect(inputs('view.regime')).toEqual(economy);
    expect(inputs('view.probabilities')).toEqual(economy);
    expect(inputs('view.regimeMethod').slice(2)).toEqual([
      'US_HY_OAS 2021-12-31',
      'VIX 2021-12-31',
      'USDBRL_PTAX 2021-12-31',
      'IBOVESPA 2021-12-30',
    ]);
    expect(inputs('view.tailRisk')).toEqual([
      'US_HY_OAS 2022-01-10',
      'VIX 2022-01-11',
      'view.probabilities null',
    ]);
    expect(inputs('view.trades')).toContain('view.consistency null');
  });

  it('has every number that the narrative tells of r* among the outputs', () => {
    const { narrative, outputs } = reports
      .get('agent_monetary_policy')!
      .find(({ partition }) => partition === '2022-06-24')!;
    const { value, standardError, n, period, yearBefore } = outputs['r_star'] as Record<string, number>;
    expect(narrative).toContain(
      `r* ${value!.toFixed(2)} % (± ${standardError!.toFixed(2)}, ${n} months to ${period}), a year before ${yearBefore!.toFixed(2)} %`,
    );
  });

  it('is recorded, with a unit, for every number of the outputs', () => {
    const seen = new Set<string>();
    const unexplained = new Set<string>();
    for (const { agent, outputs, outputSources } of [...reports.values()].flat())
      for (const path of listNumbers(outputs)) {
        const source = findSource(outputSources, path);
        seen.add(path);
        if (source === undefined || source.inputs.length === 0 || unitOf(source, path) === null)
          unexplained.add(`${agent} ${path}`);
      }
    expect([...unexplained]).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining(['gross_debt', 'r_star.value', 'view.trades.1.size']));
  });

  it('was public by the cutoff where it is a stored value, and is in a report where another model gave it', () => {
    const given = new Set(
      [...reports.values()]
        .flat()
        .flatMap(({ agent, partition, signals, outputSources }) => [
          `${partition} report ${agent}`,
          ...signals.map(({ signalId }) => `${partition} signal ${signalId} of ${agent}`),
          ...outputSources.map(({ path }) => `${partition} output ${path} of ${agent}`),
        ]),
    );
    const wrong: string[] = [];
    for (const { partition, signals, outputSources } of [...reports.values()].flat())
      for (const { key, from, lastPeriod, releaseTime } of [...signals, ...outputSources].flatMap(
        ({ inputs }) => inputs as readonly SignalInput[],
      )) {
        const name =
          from?.kind === 'report'
            ? `${partition} report ${key}`
            : `${partition} ${from?.kind} ${key} of ${from?.agent}`;
        const isKnown =
          from === undefined
            ? (lastPeriod === null) === (releaseTime === null) &&
              Date.parse(releaseTime ?? '2000-01-01') <= cutoffOf(partition)
            : given.has(name);
        if (!isKnown) wrong.push(`${name} ${lastPeriod} ${releaseTime}`);
      }
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(given.size).toBeGreaterThan(PARTITIONS.length * 40);
  });
});

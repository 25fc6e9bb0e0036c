import { describe, expect, it } from 'vitest';
import { crossAsset } from '../../../services/agents/cross_asset/agent.ts';
import type { MarketView } from '../../../services/agents/cross_asset/market-view.ts';
import { fiscal } from '../../../services/agents/fiscal/agent.ts';
import type { AgentDefinition } from '../../../services/agents/framework/agent.ts';
import type { Panel } from '../../../services/agents/framework/panel.ts';
import { fxEquilibrium } from '../../../services/agents/fx_equilibrium/agent.ts';
import { assess, makeExpectations } from './framework-panel.ts';
import {
  bumpCurve,
  bumpMacro,
  bumpPrice,
  bumpStat,
  makeMarketWorld,
  replaceReport,
  WORLD_BEER,
  WORLD_PARTITION,
} from './market-world.ts';

const WORLD = makeMarketWorld();

const run = (agent: AgentDefinition, panel: Panel) => assess(agent, panel, WORLD_PARTITION);

function valueOf(agent: AgentDefinition, signalId: string, panel: Panel): number {
  const { value, status, reason } = run(agent, panel).signal(signalId);
  if (value === null) throw new Error(`${signalId} is ${status}: ${reason}`);
  return value;
}

const withDominance = (panel: Panel, value: number) =>
  replaceReport(panel, 'agent_fiscal', {
    signals: panel.reports.get('agent_fiscal')![0]!.signals.map((signal) => ({ ...signal, value })),
  });
const withExpectation = (panel: Panel, expected: number) =>
  replaceReport(panel, 'agent_inflation', { outputs: makeExpectations(expected, 3.5) });
const without = (panel: Panel, ...curveIds: readonly string[]): Panel => ({
  ...panel,
  curvePoints: panel.curvePoints.filter(({ curveId }) => !curveIds.includes(curveId)),
});

describe('in a world where nothing is missing', () => {
  it.each([fiscal, fxEquilibrium, crossAsset])('every model of $asset runs', (agent) => {
    const { report } = run(agent, WORLD);
    expect(report.signals.map(({ signalId, status }) => `${signalId} ${status}`)).not.toContainEqual(
      expect.stringMatching(/INSUFFICIENT|STALE|ERROR/),
    );
    expect(report).toMatchObject({ status: 'complete', coverage: 1 });
  });

  it('the fair value finds the equation that the world was made with', () => {
    const { metadata } = run(fxEquilibrium, WORLD).signal('FX_BR_BEER');
    const { coefficients, wrongSigns, engleGranger } = metadata as {
      coefficients: Record<string, number>;
      wrongSigns: string[];
      engleGranger: { cointegrated: boolean };
    };
    for (const name of ['tot', 'realRate', 'nfa', 'cpiRatio'] as const) {
      expect(Math.abs(coefficients[name]! / WORLD_BEER[name] - 1)).toBeLessThan(0.1);
    }
    expect(wrongSigns).toEqual([]);
    expect(engleGranger.cointegrated).toBe(true);
  });
});

/** A signal, an input raised, how, and which way the signal's value must go. */
type SignCase = readonly [
  agent: AgentDefinition,
  signalId: string,
  input: string,
  raise: (panel: Panel) => Panel,
  sign: 1 | -1,
];

const noCupom = (panel: Panel) => without(panel, 'CUPOM_CAMBIAL');

const CASES: readonly SignCase[] = [
  [fiscal, 'FISCAL_BR_DSA', 'gross debt', (p) => bumpMacro(p, 'BR_GROSS_DEBT_GDP', 10), 1],
  [fiscal, 'FISCAL_BR_DSA', 'borrowing requirement', (p) => bumpMacro(p, 'BR_PRIMARY_BALANCE', 1), 1],
  [fiscal, 'FISCAL_BR_DSA', 'growth', (p) => bumpMacro(p, 'BR_GDP_QOQ', 1, 'yoy'), -1],
  [fiscal, 'FISCAL_BR_DSA', 'real rate', (p) => bumpCurve(p, 'DI_IPCA', '5Y', 0.01), 1],
  [
    fiscal,
    'FISCAL_BR_DSA',
    'nominal rate that stands for it',
    (p) => bumpCurve(without(p, 'DI_IPCA', 'NTN_B_REAL'), 'DI_PRE', '5Y', 0.03),
    1,
  ],
  [fiscal, 'FISCAL_BR_IMPULSE', 'borrowing requirement', (p) => bumpMacro(p, 'BR_PRIMARY_BALANCE', 1), -1],
  [fiscal, 'FISCAL_BR_DOMINANCE_RISK', 'gross debt', (p) => bumpMacro(p, 'BR_GROSS_DEBT_GDP', 5), 1],
  [fiscal, 'FISCAL_BR_DOMINANCE_RISK', 'growth', (p) => bumpMacro(p, 'BR_GDP_QOQ', 1, 'yoy'), -1],
  [fiscal, 'FISCAL_BR_DOMINANCE_RISK', 'Selic', (p) => bumpMacro(p, 'BR_SELIC_TARGET', 1), 1],
  [
    fiscal,
    'FISCAL_BR_DOMINANCE_RISK',
    'borrowing requirement',
    (p) => bumpMacro(p, 'BR_PRIMARY_BALANCE', 0.3),
    1,
  ],
  [fiscal, 'FISCAL_BR_DOMINANCE_RISK', 'expected inflation', (p) => withExpectation(p, 5.5), 1],

  [fxEquilibrium, 'FX_BR_BEER', 'USDBRL', (p) => bumpPrice(p, 'USDBRL_PTAX', 0.1), 1],
  [fxEquilibrium, 'FX_BR_BEER', 'commodity prices', (p) => bumpMacro(p, 'BR_ICBR_USD', 20), 1],
  [fxEquilibrium, 'FX_BR_BEER', 'reserves', (p) => bumpReserves(p, 30_000), 1],
  [fxEquilibrium, 'FX_BR_BEER', 'Brazilian inflation', (p) => bumpMacro(p, 'BR_IPCA_MOM', 2), -1],
  [fxEquilibrium, 'FX_BR_BEER', 'US prices', (p) => bumpMacro(p, 'US_CPI_ALL_SA', 10), 1],
  [fxEquilibrium, 'FX_BR_BEER', 'US real rate', (p) => bumpDays(p, 'US_TIPS_5Y', 2, '2024-03-01'), -1],
  [fxEquilibrium, 'FX_BR_BEER', 'Brazilian real rate', (p) => bumpHomeReal(p, 0.02), 1],
  [fxEquilibrium, 'FX_BR_CARRY_RISK', 'Selic', (p) => bumpMacro(p, 'BR_SELIC_TARGET', 1), 1],
  [fxEquilibrium, 'FX_BR_CARRY_RISK', 'Fed funds', (p) => bumpMacro(p, 'US_FED_FUNDS', 1), -1],
  [fxEquilibrium, 'FX_BR_CARRY_RISK', 'volatility', (p) => bumpPrice(p, 'USDBRL_PTAX', 0.05), -1],
  [fxEquilibrium, 'FX_BR_FLOW', 'inflow', (p) => bumpDays(p, 'BR_FX_FLOW_TOTAL', 50), 1],
  [fxEquilibrium, 'FX_BR_CIP_BASIS', 'cupom', (p) => bumpCurve(p, 'CUPOM_CAMBIAL', '1Y', 0.01), 1],
  [fxEquilibrium, 'FX_BR_CIP_BASIS', 'SOFR', (p) => bumpDays(p, 'US_SOFR', 1), -1],
  [
    fxEquilibrium,
    'FX_BR_CIP_BASIS',
    'DI of the implied cupom',
    (p) => bumpCurve(noCupom(p), 'DI_PRE', 'DI1F26', 0.01),
    1,
  ],
  [
    fxEquilibrium,
    'FX_BR_CIP_BASIS',
    'forward of the implied cupom',
    (p) => bumpCurve(noCupom(p), 'USDBRL_FWD', '1Y', 0.1),
    -1,
  ],

  [crossAsset, 'CROSSASSET_REGIME', 'VIX', (p) => bumpStat(p, 'VIX', 1), 1],
  [crossAsset, 'CROSSASSET_REGIME', 'high yield spread', (p) => bumpMacro(p, 'US_HY_OAS', 0.5), 1],
  [crossAsset, 'CROSSASSET_REGIME', 'dollar index', (p) => bumpStat(p, 'DXY', 1), 1],
  [crossAsset, 'CROSSASSET_REGIME', 'inflow', (p) => bumpDays(p, 'BR_FX_FLOW_TOTAL', 50), -1],
  [crossAsset, 'CROSSASSET_REGIME', '10-year yield', (p) => bumpMacro(p, 'US_UST_10Y', 0.3), -1],
  [crossAsset, 'CROSSASSET_REGIME', '2-year yield', (p) => bumpMacro(p, 'US_UST_2Y', 0.3), 1],
  [crossAsset, 'CROSSASSET_REGIME', 'fiscal dominance', (p) => withDominance(p, 80), 1],
  [crossAsset, 'CROSSASSET_SENTIMENT', 'VIX', (p) => bumpPrice(p, 'VIX', 0.3), -1],
  [crossAsset, 'CROSSASSET_SENTIMENT', 'high yield spread', (p) => bumpMacro(p, 'US_HY_OAS', 1), -1],
  [crossAsset, 'CROSSASSET_SENTIMENT', 'dollar index', (p) => bumpPrice(p, 'DXY', 0.05), -1],
  [crossAsset, 'CROSSASSET_SENTIMENT', 'inflow', (p) => bumpDays(p, 'BR_FX_FLOW_TOTAL', 50), 1],
  [
    crossAsset,
    'CROSSASSET_SENTIMENT',
    'Brazilian 5-year rate',
    (p) => bumpCurve(p, 'DI_PRE', '5Y', 0.003),
    -1,
  ],
  [crossAsset, 'CROSSASSET_SENTIMENT', 'US 5-year yield', (p) => bumpDays(p, 'US_UST_5Y', 0.3), 1],
];

/** The last fifteen months of reserves, so that the newest complete month has the higher ones. */
function bumpReserves(panel: Panel, by: number): Panel {
  return bumpDays(panel, 'BR_RESERVES', by, '2024-03-01');
}

/** A daily series raised from a day on: what a model reads may lie a few days back. */
function bumpDays(panel: Panel, key: string, by: number, from = '2024-04-01'): Panel {
  return {
    ...panel,
    macro: panel.macro.map((row) =>
      row.seriesKey === key && row.periodStart >= from ? { ...row, value: row.value! + by } : row,
    ),
  };
}

function bumpHomeReal(panel: Panel, by: number): Panel {
  return {
    ...panel,
    curvePoints: panel.curvePoints.map((row) =>
      row.curveId === 'DI_IPCA' && row.curveDate >= '2024-03-01' ? { ...row, value: row.value! + by } : row,
    ),
  };
}

describe('when one input rises', () => {
  it.each(CASES.map(([agent, signalId, input, raise, sign]) => ({ agent, signalId, input, raise, sign })))(
    '$signalId moves with $input',
    ({ agent, signalId, input, raise, sign }) => {
      // The base of a substitute is the same world without what it stands for.
      const base = /implied/.test(input)
        ? noCupom(WORLD)
        : /stands for/.test(input)
          ? without(WORLD, 'DI_IPCA', 'NTN_B_REAL')
          : WORLD;
      const change = valueOf(agent, signalId, raise(WORLD)) - valueOf(agent, signalId, base);
      expect(Math.sign(change)).toBe(sign);
      expect(Math.abs(change)).toBeGreaterThan(1e-4);
    },
  );

  it('moves every signal in the direction that its value says', () => {
    const directionOf = (agent: AgentDefinition, signalId: string, panel: Panel) =>
      run(agent, panel).signal(signalId).direction;
    const dear = (share: number) =>
      directionOf(fxEquilibrium, 'FX_BR_BEER', bumpPrice(WORLD, 'USDBRL_PTAX', share));
    expect([dear(0.2), dear(-0.2)]).toEqual(['SHORT', 'LONG']);
    const carry = (by: number) =>
      directionOf(fxEquilibrium, 'FX_BR_CARRY_RISK', bumpMacro(WORLD, 'BR_SELIC_TARGET', by));
    expect([carry(10), carry(-10)]).toEqual(['SHORT', 'LONG']);
    const flow = (by: number) =>
      directionOf(fxEquilibrium, 'FX_BR_FLOW', bumpDays(WORLD, 'BR_FX_FLOW_TOTAL', by));
    expect([flow(300), flow(-300)]).toEqual(['SHORT', 'LONG']);
    const basis = (by: number) =>
      directionOf(fxEquilibrium, 'FX_BR_CIP_BASIS', bumpCurve(WORLD, 'CUPOM_CAMBIAL', '1Y', by));
    expect([basis(0.02), basis(-0.04)]).toEqual(['LONG', 'SHORT']);
    const debt = (by: number) =>
      directionOf(fiscal, 'FISCAL_BR_DSA', bumpMacro(WORLD, 'BR_PRIMARY_BALANCE', by));
    expect([debt(2), debt(-12)]).toEqual(['LONG', 'SHORT']);
    const impulse = (by: number) =>
      directionOf(fiscal, 'FISCAL_BR_IMPULSE', bumpMacro(WORLD, 'BR_PRIMARY_BALANCE', by));
    expect([impulse(5), impulse(-5)]).toEqual(['LONG', 'SHORT']);
    const dominance = (by: number) =>
      directionOf(
        fiscal,
        'FISCAL_BR_DOMINANCE_RISK',
        bumpMacro(bumpMacro(WORLD, 'BR_SELIC_TARGET', by), 'BR_GROSS_DEBT_GDP', 5 * by),
      );
    expect([dominance(6), dominance(-8)]).toEqual(['LONG', 'SHORT']);
    const risk = (by: number) => directionOf(crossAsset, 'CROSSASSET_REGIME', bumpStat(WORLD, 'VIX', by));
    expect([risk(8), risk(-8)]).toEqual(['SHORT', 'LONG']);
    const mood = (share: number, spread: number) =>
      directionOf(
        crossAsset,
        'CROSSASSET_SENTIMENT',
        bumpMacro(bumpPrice(WORLD, 'VIX', share), 'US_HY_OAS', spread),
      );
    expect([mood(3, 8), mood(-0.5, -2)]).toEqual(['SHORT', 'LONG']);
  });

  it('raises tail risk with VIX, high yield spreads and the odds of a bad regime', () => {
    const tail = (panel: Panel) =>
      (run(crossAsset, panel).report.outputs['view'] as MarketView).tailRisk.score!;
    const base = tail(WORLD);
    expect(tail(bumpStat(WORLD, 'VIX', 0.5)) - base).toBeCloseTo(15, 9);
    expect(tail(bumpMacro(WORLD, 'US_HY_OAS', 1.5))).toBeGreaterThan(base);
  });
});

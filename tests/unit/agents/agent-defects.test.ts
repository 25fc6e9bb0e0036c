import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { crossAsset } from '../../../services/agents/cross_asset/agent.ts';
import { fiscal } from '../../../services/agents/fiscal/agent.ts';
import type { AgentDefinition } from '../../../services/agents/framework/agent.ts';
import { assessPartition } from '../../../services/agents/framework/report.ts';
import { createViews } from '../../../services/agents/framework/view.ts';
import { fxEquilibrium } from '../../../services/agents/fx_equilibrium/agent.ts';
import { inflation } from '../../../services/agents/inflation/agent.ts';
import { monetaryPolicy } from '../../../services/agents/monetary_policy/agent.ts';
import { createMacroDeriver } from '../../../services/silver/macro/derive.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { assess, makeReport } from './framework-panel.ts';
import { makeMarketWorld, WORLD_PARTITION } from './market-world.ts';

const AGENTS: readonly AgentDefinition[] = [inflation, monetaryPolicy, fiscal, fxEquilibrium, crossAsset];
const MARKETS: readonly AgentDefinition[] = [fiscal, fxEquilibrium, crossAsset];
const FOLDER = resolve(import.meta.dirname, '../../../services/agents');

const SOURCES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));

const listFilesWith = (pattern: RegExp): string[] =>
  SOURCES.flatMap(({ name, text }) => (pattern.test(text) ? [name] : [])).toSorted();

const reportOf = (agent: AgentDefinition) =>
  assessPartition(agent, createViews(agent, makeMarketWorld()).at(WORLD_PARTITION));

afterEach(() => {
  vi.useRealTimers();
});

describe('what all agents keep to', () => {
  it('dates a report by its partition, whatever day it is', () => {
    const texts = ['2024-05-08T09:00:00Z', '2031-01-01T00:00:00Z'].map((now) => {
      vi.useFakeTimers({ now: new Date(now) });
      return MARKETS.map((agent) => JSON.stringify(reportOf(agent)));
    });
    expect(texts[1]).toEqual(texts[0]);
    expect(reportOf(fiscal).partition).toBe(WORLD_PARTITION);
  });

  it('catches errors in two places: around a model and around a partition', () => {
    // Files at the top of the folder start the service: a wrong setting stops it.
    const caught = listFilesWith(/\bcatch\b\s*[({]|\.catch\(/).filter((name) => name.includes('/'));
    // The pool takes its thread away and throws on.
    expect(caught).toEqual(['framework/fit-pool.ts', 'framework/handler.ts', 'framework/signal.ts']);
  });

  it('logs nothing inside a model', () => {
    expect(listFilesWith(/\b(?:console|logger|log)\.\w+\(/)).toEqual([]);
  });

  it('keeps no state between calls outside its views', () => {
    const state = SOURCES.filter(({ name }) => !name.startsWith('framework/'));
    expect(state.filter(({ text }) => /^(?:export )?let\b/m.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('has an edge in the graph for every report that it reads', () => {
    for (const { asset, reads } of AGENTS) {
      for (const upstream of reads.reports ?? []) {
        expect(graph.assets[asset].reads, `${asset} reads ${upstream}`).toContain(upstream);
      }
    }
  });

  it('votes in a composite on one factor: LONG means the same for all that are weighed', () => {
    for (const { asset, expectedSignals } of AGENTS) {
      const composite = expectedSignals.find(({ signalId }) => signalId.endsWith('_COMPOSITE'));
      if (composite === undefined) continue;
      const prefix = composite.signalId.replace('COMPOSITE', '');
      const axes = expectedSignals
        .filter(({ signalId }) => signalId.startsWith(prefix))
        .map(({ axis }) => axis);
      expect(axes.length, asset).toBeGreaterThan(3 - 1);
      expect(new Set(axes), asset).toEqual(new Set([composite.axis]));
    }
  });

  it('has no confidence without a direction; the alert on correlations, which never has one, says how loud it is', () => {
    for (const agent of MARKETS) {
      for (const { signalId, direction, confidence, strength } of reportOf(agent).signals) {
        if (direction !== 'NEUTRAL' || signalId === 'CROSSASSET_CORRELATION') continue;
        expect([signalId, confidence, strength]).toEqual([signalId, 0, 'NO_SIGNAL']);
      }
    }
    expect(
      crossAsset.expectedSignals.find(({ signalId }) => signalId === 'CROSSASSET_CORRELATION')?.axis,
    ).toBe('NONE');
  });

  it('is held down wherever it names a substitute', () => {
    const short = makeMarketWorld();
    const curvePoints = short.curvePoints.filter(({ curveId }) => !/^DI_IPCA|^NTN/.test(curveId));
    const world = { ...short, curvePoints };
    const capped: readonly AgentDefinition[] = [fiscal, fxEquilibrium];
    const signals = capped.flatMap((agent) => assess(agent, world, WORLD_PARTITION).report.signals);
    const proxied = signals.filter(({ proxies }) => proxies.length > 0);
    expect(proxied.map(({ signalId }) => signalId)).toEqual([
      'FISCAL_BR_DSA',
      'FX_BR_BEER',
      'FX_BR_CIP_BASIS',
    ]);
    for (const { confidence } of proxied) expect(confidence).toBeLessThanOrEqual(0.49);
  });
});

describe('what models store', () => {
  it('keeps the statistics of a fit: coefficients, R², rows and the test of its residuals', () => {
    const beer = assess(fxEquilibrium, makeMarketWorld(), WORLD_PARTITION).signal('FX_BR_BEER');
    expect(beer.metadata).toMatchObject({
      predictors: ['tot', 'realRate', 'nfa', 'cpiRatio'],
      r2: expect.any(Number),
      n: expect.any(Number),
      engleGranger: { statistic: expect.any(Number), lags: expect.any(Number), critical10: -4.13 },
    });
    expect(reportOf(fxEquilibrium).diagnostics['carry']).toMatchObject({ carryPct: expect.any(Number) });
    expect(reportOf(crossAsset).diagnostics['macroRegime']).toMatchObject({
      hmm: { rows: expect.any(Number) },
    });
  });

  it('reads the growth of an output index, never its level', async () => {
    const quarters = ['2022-10-01', '2023-01-01', '2023-04-01', '2023-07-01', '2023-10-01'];
    const deriver = createMacroDeriver({
      breathe: () => Promise.resolve(),
      observationsOf: ({ key }) =>
        Promise.resolve(
          quarters.map((date, i) => ({
            key,
            date,
            value: 160 + 2.5 * i,
            revision: 0,
            releaseTime: Date.parse(`${date}T12:00:00Z`) + 150 * 86_400_000,
          })),
        ),
    });
    const rows = await deriver.rowsOf('BR_GDP_QOQ');
    const yearly = rows.findLast(({ transform }) => transform === 'yoy')!;
    expect(yearly.value).toBeCloseTo(6.25, 9);
    expect(fiscal.reads.macro).toContainEqual({ key: 'BR_GDP_QOQ', transform: 'yoy' });
    expect(fiscal.reads.macro).not.toContainEqual({ key: 'BR_GDP_QOQ', transform: 'level' });
  });

  it('takes fiscal stress from the fiscal agent, not from the high yield spread', () => {
    const world = makeMarketWorld();
    const reports = new Map(world.reports);
    reports.set('agent_fiscal', [makeReport('agent_fiscal', WORLD_PARTITION, {})]);
    const { metadata } = assess(crossAsset, { ...world, reports }, WORLD_PARTITION).signal(
      'CROSSASSET_REGIME',
    );
    const components = metadata['components'] as Record<string, number | null>;
    expect(components['brFiscal']).toBeNull();
    expect(components['hyOas']).not.toBeNull();
    expect(String(metadata['missing'])).toContain('FISCAL_BR_DOMINANCE_RISK');
  });

  it('asks the other agents only for signals that they emit', () => {
    const emitted = new Set(
      AGENTS.flatMap(({ expectedSignals }) => expectedSignals.map(({ signalId }) => signalId)),
    );
    const asked = SOURCES.filter(({ name }) => name.startsWith('cross_asset/')).flatMap(({ text }) =>
      [...text.matchAll(/'((?:INFLATION|MONETARY|FISCAL|FX|CROSSASSET)_[A-Z_]+)'/g)].map(([, id]) => id!),
    );
    const rules = new Set(['FX_RATES_CONTRADICTION', 'INFLATION_RATES_CONTRADICTION']);
    const ids = [...new Set(asked)].filter((id) => !rules.has(id));
    expect(ids.length).toBeGreaterThanOrEqual(7);
    expect(ids.filter((id) => !emitted.has(id))).toEqual([]);
  });
});

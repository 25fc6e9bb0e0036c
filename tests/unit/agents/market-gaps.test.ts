import { describe, expect, it } from 'vitest';
import { crossAsset } from '../../../services/agents/cross_asset/agent.ts';
import { fiscal } from '../../../services/agents/fiscal/agent.ts';
import type { AgentDefinition, AgentReads } from '../../../services/agents/framework/agent.ts';
import { describeKey } from '../../../services/agents/framework/describe-key.ts';
import type { Panel } from '../../../services/agents/framework/panel.ts';
import { fxEquilibrium } from '../../../services/agents/fx_equilibrium/agent.ts';
import type { ReportRecord } from '../../../shared/db/signals.ts';
import { assess } from './framework-panel.ts';
import { makeMarketWorld, WORLD_PARTITION } from './market-world.ts';

const AGENTS: readonly AgentDefinition[] = [fiscal, fxEquilibrium, crossAsset];
const WORLD = makeMarketWorld();
const BASE = new Map(AGENTS.map((agent) => [agent.asset, assess(agent, WORLD, WORLD_PARTITION)]));

/** One thing that an agent reads, the world without it, and words of which one must name it. */
interface Gap {
  readonly agent: AgentDefinition;
  readonly read: string;
  readonly names: readonly string[];
  readonly panel: Panel;
}

function listGaps(agent: AgentDefinition): Gap[] {
  const { macro = [], prices = [], stats = [], curves = [], reports = [] }: AgentReads = agent.reads;
  return [
    ...macro.map(({ key, transform }) => ({
      agent,
      read: `${key} ${transform}`,
      names: [key, describeKey(key)],
      panel: {
        ...WORLD,
        macro: WORLD.macro.filter((row) => row.seriesKey !== key || row.transform !== transform),
      },
    })),
    ...prices.map((instrument) => ({
      agent,
      read: instrument,
      names: [instrument, instrument === 'USDBRL_PTAX' ? 'BCB PTAX' : instrument],
      panel: { ...WORLD, prices: WORLD.prices.filter((row) => row.instrument !== instrument) },
    })),
    ...stats.map(({ instrument, stat, window }) => ({
      agent,
      read: `${instrument} ${stat} ${window}`,
      names: [instrument],
      panel: { ...WORLD, stats: WORLD.stats.filter((row) => row.instrument !== instrument) },
    })),
    ...curves.map((curveId) => ({
      agent,
      read: curveId,
      names: [curveId],
      panel: { ...WORLD, curvePoints: WORLD.curvePoints.filter((row) => row.curveId !== curveId) },
    })),
    ...reports.map((upstream) => ({
      agent,
      read: upstream,
      names: [upstream, 'expected IPCA'],
      panel: { ...WORLD, reports: new Map([...WORLD.reports].filter(([name]) => name !== upstream)) },
    })),
  ];
}

const GAPS = AGENTS.flatMap(listGaps).map(({ panel, ...gap }) => ({
  ...gap,
  asset: gap.agent.asset,
  report: assess(gap.agent, panel, WORLD_PARTITION).report,
}));

function isRunning({ status }: { readonly status: string }): boolean {
  return status === 'OK' || status === 'BELOW_THRESHOLD';
}

/** What a running signal says about what it rests on and what it did without. */
function listAdmissions({ metadata, proxies, inputs }: ReportRecord['signals'][number]): string {
  const { missing, without, source, realRateSource } = metadata;
  return JSON.stringify([proxies, missing, without, source, realRateSource, inputs]);
}

describe.each(GAPS)('$asset without $read', ({ agent, read, names, report }) => {
  const base = BASE.get(agent.asset)!.report;

  it('flags the gap and covers no more than before', () => {
    expect(report.coverage).toBeLessThanOrEqual(base.coverage);
    expect(report.dataQualityFlags).toContainEqual(
      expect.stringMatching(new RegExp(`^${read.split(' ')[0]}.*: no (observations|curve|report)`)),
    );
  });

  it('has no value where a model needs it, and a named substitute where one exists', () => {
    for (const signal of report.signals) {
      const before = base.signals.find(({ signalId }) => signalId === signal.signalId)!;
      if (signal.signalId.endsWith('_COMPOSITE')) {
        const idle = report.signals.filter((sub) => !isRunning(sub)).map(({ signalId }) => signalId);
        const weights = Object.keys((signal.metadata['effectiveWeights'] as object | undefined) ?? {});
        expect(weights.filter((id) => idle.includes(id))).toEqual([]);
        continue;
      }
      if (!isRunning(signal)) {
        expect(signal).toMatchObject({
          value: null,
          confidence: 0,
          direction: 'NEUTRAL',
          strength: 'NO_SIGNAL',
        });
        expect(
          names.some((name) => signal.reason!.includes(name)),
          `${signal.signalId}: ${signal.reason}`,
        ).toBe(true);
      } else if (Math.abs(signal.value! - before.value!) > 1e-9) {
        // It still runs on something else: then it names what it lacks, or the substitute.
        const admitted = listAdmissions(signal);
        expect(admitted, signal.signalId).not.toBe(listAdmissions(before));
        expect([0, 50]).not.toContain(signal.value);
      }
    }
  });
});

describe('all gaps together', () => {
  const idleWithout = (name: string) =>
    GAPS.filter(({ read }) => read === name).flatMap(({ report }) =>
      report.signals.filter((signal) => !isRunning(signal)).map(({ signalId }) => signalId),
    );

  it('stop the models that have no substitute', () => {
    expect(idleWithout('BR_GROSS_DEBT_GDP level')).toEqual(['FISCAL_BR_DSA']);
    expect(idleWithout('BR_PRIMARY_BALANCE level')).toEqual(['FISCAL_BR_DSA', 'FISCAL_BR_IMPULSE']);
    expect(idleWithout('BR_SELIC_TARGET level')).toEqual(['FX_BR_CARRY_RISK']);
    expect(idleWithout('US_FED_FUNDS level')).toEqual(['FX_BR_CARRY_RISK']);
    expect(idleWithout('US_SOFR level')).toEqual(['FX_BR_CIP_BASIS']);
    expect(idleWithout('USDBRL_PTAX')).toEqual(expect.arrayContaining(['FX_BR_BEER', 'FX_BR_CARRY_RISK']));
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflation } from '../../../services/agents/inflation/agent.ts';
import { CORES } from '../../../services/agents/inflation/series.ts';
import { describeKey } from '../../../services/agents/framework/describe-key.ts';
import { monetaryPolicy } from '../../../services/agents/monetary_policy/agent.ts';
import { IPCA_GROUPS } from '../../../shared/economics/ipca-groups.ts';
import type { ReportRecord } from '../../../shared/db/signals.ts';
import { addDays } from '../../../shared/time.ts';
import { buildPanel, listReads, PARTITION } from './brazil-world.ts';
import { assess } from './framework-panel.ts';

type Name = 'inflation' | 'monetary';
type Signal = ReportRecord['signals'][number];

const assessWithout = (name: Name, without: readonly string[]): ReportRecord =>
  name === 'inflation'
    ? assess(inflation, buildPanel({ without }), PARTITION).report
    : assess(monetaryPolicy, buildPanel({ without }), PARTITION).report;

const READS = { inflation: listReads(inflation), monetary: listReads(monetaryPolicy) };
const COMPOSITE = /_COMPOSITE$/;
const hasRun = ({ status }: Signal) => status === 'OK' || status === 'BELOW_THRESHOLD';

/** `INSUFFICIENT_DATA`, or the words by which a signal that goes on names what it goes on without. */
type Effect = 'INSUFFICIENT_DATA' | { readonly names: string; readonly cap?: number };

const SEASONAL = { names: 'seasonal AR(1)', cap: 0.6 };
const BLEND = { names: 'expectation_blend', cap: 0.6 };
const without = (key: string): Effect => ({ names: describeKey(key) });

/** Every input that a signal rests on, and what the signal does without it; inputs not listed only inform. */
const EFFECTS: Readonly<Record<Name, Readonly<Record<string, Readonly<Record<string, Effect>>>>>> = {
  inflation: {
    'BR_IPCA_MOM|level': {
      INFLATION_BR_SURPRISE: 'INSUFFICIENT_DATA',
      INFLATION_BR_BOTTOMUP: { names: '"weightSource":"table"' },
    },
    'BR_IPCA15_MOM|level': { INFLATION_BR_SURPRISE: SEASONAL },
    ...Object.fromEntries(
      CORES.map((key) => [
        `${key}|yoy`,
        { INFLATION_BR_PHILLIPS: without(key), INFLATION_BR_PERSISTENCE: without(key) },
      ]),
    ),
    ...Object.fromEntries(
      IPCA_GROUPS.map(({ key }) => [`${key}|level`, { INFLATION_BR_BOTTOMUP: without(key) }]),
    ),
    'BR_IPCA_DIFFUSION|level': { INFLATION_BR_PERSISTENCE: without('BR_IPCA_DIFFUSION') },
    'BR_IPCA_SERVICES|yoy': { INFLATION_BR_PERSISTENCE: without('BR_IPCA_SERVICES') },
    'BR_ACTIVITY_GAP|level': { INFLATION_BR_PHILLIPS: 'INSUFFICIENT_DATA' },
    'BR_INFLATION_EXPECTATION_BLEND|level': { INFLATION_BR_PHILLIPS: 'INSUFFICIENT_DATA' },
    'BR_ICBR_USD|level': { INFLATION_BR_PHILLIPS: without('BR_ICBR_USD') },
    'US_PCE_CORE|saar3': { INFLATION_US_TREND: { names: 'for its three-month rate', cap: 0.49 } },
    'US_PCE_CORE|yoy': { INFLATION_US_TREND: { names: 'for its 12-month rate', cap: 0.49 } },
    'US_PCE_SUPERCORE|mom': { INFLATION_US_TREND: without('US_PCE_SUPERCORE') },
    USDBRL_PTAX: { INFLATION_BR_PHILLIPS: 'INSUFFICIENT_DATA' },
    BR_BEI: { INFLATION_BR_PERSISTENCE: BLEND },
  },
  monetary: {
    'BR_SELIC_TARGET|level': {
      MONETARY_BR_TAYLOR: 'INSUFFICIENT_DATA',
      MONETARY_BR_SELIC_PATH: 'INSUFFICIENT_DATA',
    },
    'BR_REAL_RATE_EX_ANTE|level': {
      MONETARY_BR_TAYLOR: { names: 'prior 4.75 for r*', cap: 0.49 },
      MONETARY_BR_SELIC_PATH: { names: 'prior 4.75 for r*', cap: 0.49 },
      MONETARY_BR_TERM_PREMIUM: 'INSUFFICIENT_DATA',
    },
    'BR_INFLATION_EXPECTATION_BLEND|level': { MONETARY_BR_TERM_PREMIUM: 'INSUFFICIENT_DATA' },
    'BR_ACTIVITY_GAP|level': {
      MONETARY_BR_TAYLOR: { names: '"gapSource":"BR_OUTPUT_GAP"' },
      MONETARY_BR_SELIC_PATH: { names: '"gapSource":"BR_OUTPUT_GAP"' },
      MONETARY_BR_TERM_PREMIUM: without('BR_ACTIVITY_GAP'),
    },
    ...Object.fromEntries(
      ['BR_OUTPUT_GAP', 'BR_LABOUR_GAP', 'BR_CAPACITY_GAP'].map((key) => [
        `${key}|level`,
        { MONETARY_BR_TAYLOR: without(key), MONETARY_BR_SELIC_PATH: without(key) },
      ]),
    ),
    'US_FED_FUNDS|level': { MONETARY_US_FED_STANCE: 'INSUFFICIENT_DATA' },
    'US_PCE_CORE|yoy': { MONETARY_US_FED_STANCE: 'INSUFFICIENT_DATA' },
    'US_OUTPUT_GAP|level': { MONETARY_US_FED_STANCE: { names: 'one-sided HP gap', cap: 0.49 } },
    DI_PRE: { MONETARY_BR_SELIC_PATH: 'INSUFFICIENT_DATA', MONETARY_BR_TERM_PREMIUM: 'INSUFFICIENT_DATA' },
    agent_inflation: {
      MONETARY_BR_TAYLOR: 'INSUFFICIENT_DATA',
      MONETARY_BR_SELIC_PATH: 'INSUFFICIENT_DATA',
    },
  },
};

const CASES = (['inflation', 'monetary'] as const).flatMap((name) =>
  READS[name].map((input) => [name, input] as const),
);
const COMPLETE = { inflation: assessWithout('inflation', []), monetary: assessWithout('monetary', []) };

describe('a world that lacks one input', () => {
  it('has everything otherwise', () => {
    for (const { coverage, signals } of Object.values(COMPLETE)) {
      expect(coverage).toBe(1);
      for (const { proxies, metadata, signalId } of signals) {
        expect([metadata['without'] ?? '', metadata['gapWithout'] ?? ''], signalId).toEqual(['', '']);
        if (signalId !== 'INFLATION_BR_SURPRISE') expect(proxies).toEqual([]);
      }
    }
  });

  it.each(CASES)('%s without %s', (name, input) => {
    const complete = COMPLETE[name];
    const report = assessWithout(name, [input]);
    const effects = EFFECTS[name][input] ?? {};
    const lost = Object.values(effects).filter((effect) => effect === 'INSUFFICIENT_DATA').length;
    expect(report.coverage).toBeCloseTo((complete.signals.length - lost) / complete.signals.length, 12);
    for (const [i, signal] of report.signals.entries()) {
      const { signalId, status, value, confidence } = signal;
      const effect = effects[signalId];
      if (COMPOSITE.test(signalId)) {
        expect(signal.metadata['c'] as number).toBeLessThanOrEqual(
          complete.signals[i]!.metadata['c'] as number,
        );
      } else if (effect === undefined) {
        expect(signal).toEqual(complete.signals[i]);
      } else if (effect === 'INSUFFICIENT_DATA') {
        expect({ status, value, confidence }).toEqual({ status: effect, value: null, confidence: 0 });
        expect(signal.reason ?? '').not.toBe('');
      } else {
        expect(hasRun(signal)).toBe(true);
        expect(JSON.stringify([signal.reason, signal.proxies, signal.metadata])).toContain(effect.names);
        expect(confidence).toBeLessThanOrEqual(effect.cap ?? 1);
      }
    }
  });
});

describe('a world that lacks any set of inputs', () => {
  it.each(['inflation', 'monetary'] as const)('%s never turns an absence into a view', (name) => {
    fc.assert(
      fc.property(fc.subarray(READS[name]), (missing) => {
        const report = assessWithout(name, missing);
        expect(report.coverage).toBeLessThanOrEqual(1);
        for (const { signalId, status, value, confidence, direction, reason, proxies } of report.signals) {
          if (status === 'OK' || status === 'BELOW_THRESHOLD') {
            expect(Number.isFinite(value), signalId).toBe(true);
            if (proxies.length > 0) expect(confidence).toBeLessThanOrEqual(0.6);
          } else {
            expect({ value, confidence, direction }).toEqual({
              value: null,
              confidence: 0,
              direction: 'NEUTRAL',
            });
            expect(reason ?? '').not.toBe('');
          }
        }
        // What a single absence takes away, no other absence gives back.
        for (const input of missing) {
          for (const [signalId, effect] of Object.entries(EFFECTS[name][input] ?? {})) {
            if (effect !== 'INSUFFICIENT_DATA') continue;
            const signal = report.signals.find((candidate) => candidate.signalId === signalId)!;
            expect(hasRun(signal), `${signalId} without ${input}`).toBe(false);
          }
        }
      }),
      { numRuns: 40, seed: 20_240_507 },
    );
  });
});

describe('a world whose series have stopped', () => {
  const LATER = addDays(PARTITION, 7 * 40);

  it('gives STALE_DATA with the age, or leaves the old part out, but no view of today', () => {
    const panel = buildPanel();
    const late = assess(inflation, panel, LATER).report;
    for (const signal of late.signals.filter(({ signalId }) => !COMPOSITE.test(signalId))) {
      expect(signal.status, signal.signalId).toMatch(/STALE_DATA|INSUFFICIENT_DATA/);
      expect(signal.reason).toContain('stale');
    }
    expect(late.status).toBe('degraded');
    expect(late.outputs['expected_ipca_12m']).toMatchObject({ value: null, source: 'none' });
  });

  it('drops what is too old from a model that can do without', () => {
    const fresh = buildPanel();
    const stop = (key: string) => ({
      ...fresh,
      macro: fresh.macro.filter(({ seriesKey, period }) => seriesKey !== key || period < '2023-01'),
    });
    const read = (key: string, signalId: string) => assess(inflation, stop(key), PARTITION).signal(signalId);
    expect(read('BR_IPCA_DIFFUSION', 'INFLATION_BR_PERSISTENCE').metadata['without']).toContain(
      'SGS 21379: stale, 2022-12',
    );
    expect(read('BR_IPCA_COMP_FOOD', 'INFLATION_BR_BOTTOMUP').metadata).toMatchObject({
      weightSource: 'table',
      lastMonth: '2024-03',
    });
    expect(read('BR_ICBR_USD', 'INFLATION_BR_PHILLIPS').metadata).toMatchObject({
      from: '2024-03',
      without: 'SGS 29042',
    });
    expect(read('US_PCE_SUPERCORE', 'INFLATION_US_TREND').metadata['supercorePace']).toBeNull();
    const rule = assess(monetaryPolicy, stop('BR_ACTIVITY_GAP'), PARTITION).signal('MONETARY_BR_TAYLOR');
    expect(rule.metadata['gapSource']).toBe('BR_OUTPUT_GAP');
    const neutral = assess(monetaryPolicy, stop('BR_REAL_RATE_EX_ANTE'), PARTITION);
    expect(neutral.signal('MONETARY_BR_TAYLOR').confidence).toBe(0.49);
    expect(neutral.signal('MONETARY_BR_TAYLOR').proxies[0]).toContain('r* of 2022-12 for that of today');
    expect(neutral.signal('MONETARY_BR_TERM_PREMIUM').status).toBe('STALE_DATA');
  });

  it('does not measure acceleration across a month without a core', () => {
    const fresh = buildPanel();
    const holed = {
      ...fresh,
      macro: fresh.macro.filter(
        ({ seriesKey, period }) => !(CORES as readonly string[]).includes(seriesKey) || period !== '2024-01',
      ),
    };
    const signal = assess(inflation, holed, PARTITION).signal('INFLATION_BR_PERSISTENCE');
    expect(signal.metadata['parts']).toMatchObject({ coreAcceleration: null });
    expect(signal.metadata['without']).toBe('6 consecutive months of the cores');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineAgent, type SignalSpec } from '../../../services/agents/framework/agent.ts';
import { giveNumber } from '../../../services/agents/framework/output.ts';
import { composeDraft } from '../../../services/agents/framework/composite.ts';
import { collectCurves, readRatePct } from '../../../services/agents/framework/curve-snapshot.ts';
import { describeKey } from '../../../services/agents/framework/describe-key.ts';
import { formatNumber, writeNarrative } from '../../../services/agents/framework/narrative.ts';
import {
  addToMonth,
  layOutMonths,
  monthsBetween,
  readMonth,
  takeMonthEnds,
} from '../../../services/agents/framework/periods.ts';
import {
  explainStaleMacro,
  isCurveStale,
  listQualityFlags,
} from '../../../services/agents/framework/quality.ts';
import { assessPartition } from '../../../services/agents/framework/report.ts';
import {
  attemptModel,
  finishSignal,
  lackData,
  ModelError,
  UndeclaredReadError,
  type SignalDraft,
} from '../../../services/agents/framework/signal.ts';
import { createViews, signPoints, type View } from '../../../services/agents/framework/view.ts';
import { hashReport } from '../../../shared/db/signals.ts';
import { addDays, cutoffOf, DAY_MS, listWeekdays } from '../../../shared/time.ts';
import { buildView, EMPTY_PANEL, listCurveRows, listMacroRows } from './framework-panel.ts';

const SPEC: SignalSpec = { signalId: 'A', axis: 'BR_INFLATION', unit: 'pp', horizonDays: 63 };

const agent = defineAgent({
  asset: 'agent_inflation',
  modelVersion: '1',
  parameters: {},
  historyDays: 60,
  curveHistoryDays: 30,
  reads: {
    macro: [
      { key: 'BR_IPCA_MOM', transform: 'level' },
      { key: 'US_GDP_POTENTIAL', transform: 'level', projections: true },
    ],
    prices: ['USDBRL_PTAX'],
    curves: ['DI_PRE'],
  },
  expectedSignals: [SPEC],
  assess: (view) => ({
    signals: { A: lackData('nothing') },
    outputs: { rows: giveNumber(view.macro('BR_IPCA_MOM', 'level').length, 'rows', []) },
    diagnostics: {},
  }),
});

const FIRST = '2021-03-01';
const PARTITIONS = listWeekdays(FIRST, '2021-04-30');

const arbitraryDay = fc.integer({ min: -120, max: 90 }).map((days) => addDays(FIRST, days));
const arbitraryRow = fc.record({
  date: arbitraryDay,
  lagDays: fc.integer({ min: -40, max: 60 }),
  value: fc.oneof(fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true })),
});

const arbitraryPanel = fc
  .record({
    macro: fc.array(arbitraryRow, { maxLength: 60 }),
    curve: fc.array(arbitraryRow, { maxLength: 40 }),
  })
  .map(({ macro, curve }) => ({
    ...EMPTY_PANEL,
    // Two rows of one date with one release moment cannot be stored: the first one stays.
    macro: keepFirst(
      macro.map(({ date, lagDays, value }, i) => ({
        seriesKey: i % 3 === 0 ? 'US_GDP_POTENTIAL' : 'BR_IPCA_MOM',
        transform: 'level',
        period: date,
        periodStart: date,
        knownAt: cutoffOf(date) + lagDays * DAY_MS,
        value,
        unit: 'percent',
        reason: null,
      })),
      (row) => `${row.seriesKey} ${row.period} ${row.knownAt}`,
    ),
    curvePoints: keepFirst(
      curve.map(({ date, lagDays, value }, i) => ({
        ...listCurveRows('DI_PRE', date, { [i % 2 === 0 ? '1Y' : '10Y']: 1 })[0]!,
        method: i % 4 < 2 ? 'flat_forward' : 'observed',
        knownAt: cutoffOf(date) + lagDays * DAY_MS,
        value,
      })),
      (row) => `${row.curveDate} ${row.tenor} ${row.method} ${row.knownAt}`,
    ),
  }));

function keepFirst<Row>(rows: readonly Row[], idOf: (row: Row) => string): Row[] {
  return [...new Map(rows.toReversed().map((row) => [idOf(row), row])).values()];
}

function describeView(view: View): string {
  const curves = view.curves('DI_PRE').map((curve) => ({ ...curve, points: [...curve.points] }));
  return JSON.stringify([
    view.macro('BR_IPCA_MOM', 'level'),
    view.macro('US_GDP_POTENTIAL', 'level'),
    curves,
    view.curve('DI_PRE')?.date ?? null,
  ]);
}

describe('views', () => {
  it('that slide are equal to views built afresh at each cutoff', () => {
    fc.assert(
      fc.property(arbitraryPanel, (panel) => {
        const sliding = createViews(agent, panel);
        for (const partition of PARTITIONS) {
          const fresh = createViews(agent, panel).at(partition);
          expect(describeView(sliding.at(partition))).toBe(describeView(fresh));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('hold what is known by the cutoff and dated by the partition, newest revision of each date, within the history', () => {
    fc.assert(
      fc.property(arbitraryPanel, fc.constantFrom(...PARTITIONS), (panel, partition) => {
        const cutoff = cutoffOf(partition);
        const expected = new Map<string, { period: string; knownAt: number; value: number | null }>();
        for (const row of panel.macro.toSorted((a, b) => a.knownAt - b.knownAt)) {
          const isInside = row.periodStart <= partition && row.periodStart >= addDays(partition, -60);
          if (row.seriesKey === 'BR_IPCA_MOM' && row.knownAt <= cutoff && isInside)
            expected.set(row.period, row);
        }
        const seen = createViews(agent, panel).at(partition).macro('BR_IPCA_MOM', 'level');
        expect(seen.map(({ period, knownAt, value }) => [period, knownAt, value])).toEqual(
          [...expected.values()]
            .toSorted((a, b) => (a.period < b.period ? -1 : 1))
            .map(({ period, knownAt, value }) => [period, knownAt, value]),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('do not change when later rows are cut out of the panel, nor when the view moves on', () => {
    fc.assert(
      fc.property(arbitraryPanel, fc.constantFrom(...PARTITIONS), (panel, partition) => {
        const cutoff = cutoffOf(partition);
        const views = createViews(agent, panel);
        const view = views.at(partition);
        const before = describeView(view);
        views.at('2021-05-31');
        expect(describeView(view)).toBe(before);
        const cut = {
          ...panel,
          macro: panel.macro.filter(({ knownAt }) => knownAt <= cutoff),
          curvePoints: panel.curvePoints.filter(({ knownAt }) => knownAt <= cutoff),
        };
        expect(describeView(createViews(agent, cut).at(partition))).toBe(before);
      }),
      { numRuns: 100 },
    );
  });

  it('let projections through and hold other future dates back until their day', () => {
    const future = (seriesKey: string) => ({
      ...listMacroRows(seriesKey, 'level', { '2021-04': 1 })[0]!,
      knownAt: cutoffOf('2021-02-01'),
    });
    const panel = { macro: [future('US_GDP_POTENTIAL'), future('BR_IPCA_MOM')] };
    const early = buildView(agent, panel, '2021-03-31');
    expect(early.macro('US_GDP_POTENTIAL', 'level')).toHaveLength(1);
    expect(early.macro('BR_IPCA_MOM', 'level')).toHaveLength(0);
    expect(buildView(agent, panel, '2021-04-01').macro('BR_IPCA_MOM', 'level')).toHaveLength(1);
  });

  it('refuse what the agent does not declare, and going back', () => {
    const views = createViews(agent, EMPTY_PANEL);
    const view = views.at('2021-03-02');
    expect(() => view.macro('BR_IPCA_MOM', 'yoy')).toThrow('does not declare');
    expect(() => view.prices('VIX')).toThrow('does not declare');
    expect(() => view.report('agent_fiscal')).toThrow('does not declare');
    expect(() => views.at('2021-03-02')).toThrow('views ascend');
  });

  it('compute a memo again only when its signature changes, with the same results as without memo', () => {
    const panel = {
      ...EMPTY_PANEL,
      macro: listMacroRows('BR_IPCA_MOM', 'level', { '2021-01': 0.25, '2021-02': 0.86 }),
    };
    const run = (memo: boolean) => {
      let computed = 0;
      const views = createViews(agent, panel, { memo });
      const results = PARTITIONS.map((partition) => {
        const view = views.at(partition);
        const points = view.macro('BR_IPCA_MOM', 'level');
        return view.memo('sum', signPoints(points), () => {
          computed += 1;
          return points.reduce((sum, { value }) => sum + (value ?? 0), 0);
        });
      });
      return { computed, results };
    };
    const memoized = run(true);
    const plain = run(false);
    expect(memoized.results).toEqual(plain.results);
    expect(plain.computed).toBe(PARTITIONS.length);
    // January alone, both months, then each drops out of the 60 days of history.
    expect(memoized.computed).toBe(4);
  });
});

describe('curve snapshots', () => {
  const rows = listCurveRows('DI_PRE', '2021-03-01', { '1Y': 4, '10Y': 8 });

  it('collect the points of a date as they become known, standard tenors before vertices', () => {
    const vertex = { ...rows[0]!, method: 'observed', value: 0.03 };
    const late = { ...rows[1]!, method: 'flat', knownAt: rows[1]!.knownAt + DAY_MS, value: 0.09 };
    const snapshots = collectCurves([...rows, vertex, late]);
    expect(snapshots.map((curve) => [readRatePct(curve, '1Y'), readRatePct(curve, '10Y')])).toEqual([
      [4, 8],
      [4, 9],
    ]);
    expect(snapshots[1]?.observed.map(({ value }) => value)).toEqual([0.03]);
    expect(readRatePct(snapshots[0]!, '2Y')).toBeNull();
    expect(readRatePct(null, '1Y')).toBeNull();
  });
});

describe('signals', () => {
  const draft = { status: 'OK', direction: 'LONG', confidence: 0.9, value: 2 } as const;

  it('derive the strength from the confidence that is left after caps, and keep the direction', () => {
    expect(finishSignal(SPEC, draft)).toMatchObject({
      strength: 'STRONG',
      confidence: 0.9,
      direction: 'LONG',
    });
    expect(finishSignal(SPEC, { ...draft, caps: [0.6, 0.49] })).toMatchObject({
      strength: 'WEAK',
      confidence: 0.49,
    });
    expect(finishSignal(SPEC, { ...draft, confidence: 0.2 })).toMatchObject({
      strength: 'NO_SIGNAL',
      direction: 'LONG',
    });
    expect(finishSignal(SPEC, { ...draft, confidence: 3 })).toMatchObject({ confidence: 1 });
  });

  it('turn numbers that are not finite into an error with a null value', () => {
    for (const wrong of [{ value: NaN }, { value: Infinity }, { confidence: NaN }]) {
      expect(finishSignal(SPEC, { ...draft, ...wrong })).toMatchObject({
        status: 'MODEL_ERROR',
        value: null,
        confidence: 0,
        direction: 'NEUTRAL',
      });
    }
  });

  it('record whatever a model throws, but for a look at something undeclared', () => {
    const error = attemptModel(() => {
      throw new ModelError('growth of -100 %');
    });
    expect(finishSignal(SPEC, error)).toMatchObject({ status: 'MODEL_ERROR', reason: 'growth of -100 %' });
    const bug = attemptModel(() => {
      throw new TypeError('x is not a function');
    });
    expect(finishSignal(SPEC, bug)).toMatchObject({
      status: 'MODEL_ERROR',
      value: null,
      reason: 'TypeError: x is not a function',
    });
    const view = buildView(agent, EMPTY_PANEL, FIRST);
    expect(() => attemptModel(() => lackData(`${view.prices('VIX').length} prices`))).toThrow(
      UndeclaredReadError,
    );
  });
});

describe('the composite', () => {
  const specs = ['A', 'B', 'C'].map((signalId) => ({ ...SPEC, signalId }));
  const weights = { A: 0.5, B: 0.3, C: 0.2 };
  const vote = (direction: 'LONG' | 'SHORT', confidence: number, caps: number[] = []): SignalDraft => ({
    status: 'OK',
    direction,
    confidence,
    value: 1,
    caps,
  });

  it('gives reference E9', () => {
    const agreeing = { A: vote('LONG', 0.85), B: vote('LONG', 0.6), C: vote('LONG', 0.4) };
    const all = finishSignal(SPEC, composeDraft('agent_inflation', specs, agreeing, weights));
    expect(all.confidence).toBeCloseTo(0.685, 12);
    expect(all.value).toBeCloseTo(0.685, 12);
    expect(all.inputs).toEqual(
      ['A', 'B', 'C'].map((key) => ({
        key,
        lastPeriod: null,
        releaseTime: null,
        from: { agent: 'agent_inflation', kind: 'signal' },
      })),
    );
    const mixed = finishSignal(
      SPEC,
      composeDraft('agent_inflation', specs, { ...agreeing, C: vote('SHORT', 0.4) }, weights),
    );
    expect(mixed.direction).toBe('LONG');
    expect(mixed.confidence).toBeCloseTo(0.4795, 12);
    expect(mixed.value).toBeCloseTo(0.525, 12);
  });

  it('scales a lone sub-signal by its share of the weight, after its cap', () => {
    const lone = { A: lackData('none'), B: lackData('none'), C: vote('LONG', 0.9, [0.6]) };
    expect(finishSignal(SPEC, composeDraft('agent_inflation', specs, lone, weights))).toMatchObject({
      direction: 'LONG',
      confidence: 0.6 * 0.2,
      strength: 'NO_SIGNAL',
      metadata: { c: 0.2 },
    });
  });

  it('says why it is neutral', () => {
    const idle = { A: lackData('a'), B: lackData('b'), C: lackData('c') };
    expect(finishSignal(SPEC, composeDraft('agent_inflation', specs, idle, weights))).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reason: 'no_active_sub_signals',
      value: null,
    });
    const quiet: SignalDraft = { status: 'BELOW_THRESHOLD', direction: 'NEUTRAL', confidence: 0, value: 0.1 };
    expect(
      finishSignal(SPEC, composeDraft('agent_inflation', specs, { ...idle, A: quiet }, weights)),
    ).toMatchObject({
      status: 'BELOW_THRESHOLD',
      reason: 'no_active_sub_signals',
      direction: 'NEUTRAL',
    });
  });
});

describe('the report', () => {
  it('is degraded below half of its signals, and names what did not run', () => {
    const report = assessPartition(agent, buildView(agent, {}, '2021-03-02'));
    expect(report).toMatchObject({
      status: 'degraded',
      coverage: 0,
      agent: 'agent_inflation',
      partition: '2021-03-02',
    });
    expect(report.narrative).toContain('Did not run: A (INSUFFICIENT_DATA: nothing)');
    expect(report.dataQualityFlags).toEqual([
      'BR_IPCA_MOM level (SGS 433): no observations',
      'US_GDP_POTENTIAL level (FRED GDPPOT): no observations',
      'USDBRL_PTAX: no observations',
      'DI_PRE: no curve',
    ]);
  });

  it('refuses a signal too many and a signal too few', () => {
    const view = buildView(agent, {}, '2021-03-02');
    const emit = (signals: Record<string, SignalDraft>) =>
      assessPartition({ ...agent, assess: () => ({ signals, outputs: {}, diagnostics: {} }) }, view);
    expect(() => emit({})).toThrow('emits no A');
    expect(() => emit({ A: lackData('x'), B: lackData('x') })).toThrow('unexpected signals: B');
  });

  it('hashes by content: the order of properties and absent ones do not count, any value does', () => {
    const report = assessPartition(agent, buildView(agent, {}, '2021-03-02'));
    const reordered = {
      ...Object.fromEntries(Object.entries(report).toReversed()),
      extra: undefined,
    } as unknown as typeof report;
    expect(hashReport(reordered)).toBe(hashReport(report));
    expect(hashReport({ ...report, outputs: { rows: 1 } })).not.toBe(hashReport(report));
  });
});

describe('the narrative', () => {
  it('shows missing numbers as n/a, never as zero', () => {
    expect([formatNumber(null), formatNumber(undefined), formatNumber(NaN)]).toEqual(['n/a', 'n/a', 'n/a']);
    expect(formatNumber(-0.001)).toBe('0.00');
    const signals = [
      finishSignal(SPEC, {
        ...lackData('SGS 433 has no observations'),
        metadata: { gap: null },
        highlights: ['gap'],
      }),
      finishSignal(
        { ...SPEC, signalId: 'B' },
        {
          status: 'OK',
          direction: 'LONG',
          confidence: 0.5,
          value: 1.234,
          metadata: { gap: 2, n: 36.5 },
          highlights: ['gap', 'n'],
        },
      ),
    ];
    const text = writeNarrative({
      agent: 'x',
      partition: '2021-03-02',
      status: 'complete',
      coverage: 0.5,
      signals,
      notes: [],
    });
    expect(text.split('\n')).toEqual([
      'x · 2021-03-02 · complete · coverage 0.50',
      'A · NEUTRAL · NO_SIGNAL · conf 0.00 · n/a · INSUFFICIENT_DATA · gap n/a',
      'B · LONG · MODERATE · conf 0.50 · 1.23 pp · gap 2 · n 36.50',
      'Did not run: A (INSUFFICIENT_DATA: SGS 433 has no observations)',
      'Proxies: none',
      'Conclusion: B LONG MODERATE, confidence 0.50',
    ]);
  });
});

describe('quality', () => {
  it('counts the age of daily values in the calendar of the source', () => {
    const points = buildView(
      agent,
      { macro: listMacroRows('BR_IPCA_MOM', 'level', { '2021-02-10': 1, '2021-02-11': 1 }) },
      '2021-03-01',
    );
    const daily = points.macro('BR_IPCA_MOM', 'level');
    // Carnival (15 and 16 February) closes Brazilian banks.
    expect(explainStaleMacro('BR_SELIC_TARGET', daily, '2021-02-22', 'flag')).toBeNull();
    expect(explainStaleMacro('BR_SELIC_TARGET', daily, '2021-02-23', 'flag')).toBe('6 sessions old');
    expect(isCurveStale('DI_PRE', '2021-03-01', '2021-03-15')).toBe(false);
    expect(isCurveStale('DI_PRE', '2021-03-01', '2021-03-16')).toBe(true);
    expect(isCurveStale('UST_NOM', '2021-03-01', '2021-03-09')).toBe(true);
  });

  it('flags a late monthly value long before it refuses it', () => {
    const wide = { ...agent, historyDays: 1000 };
    const panel = { macro: listMacroRows('BR_IPCA_MOM', 'level', { '2021-01': 0.25 }) };
    const late = buildView(wide, panel, '2021-04-01');
    const points = late.macro('BR_IPCA_MOM', 'level');
    expect(explainStaleMacro('BR_IPCA_MOM', points, '2021-03-26', 'flag')).toBeNull();
    expect(explainStaleMacro('BR_IPCA_MOM', points, '2021-04-01', 'flag')).toBe('last release 50 days ago');
    expect(explainStaleMacro('BR_IPCA_MOM', points, '2021-04-01', 'use')).toBeNull();
    expect(explainStaleMacro('BR_IPCA_MOM', points, '2021-09-01', 'use')).not.toBeNull();
    expect(listQualityFlags(wide, late)[0]).toBe(
      'BR_IPCA_MOM level (SGS 433): stale, 2021-01 is last release 50 days ago',
    );
  });

  it('names series by provider and code, derived ones by their sources', () => {
    expect(describeKey('BR_PRIMARY_BALANCE')).toBe('SGS 5793');
    expect(describeKey('US_PCE_SUPERCORE')).toBe('FRED IA001260M');
    expect(describeKey('US_OUTPUT_GAP')).toBe('FRED GDPC1 + FRED GDPPOT');
  });
});

describe('months', () => {
  it('are counted and laid out by the calendar', () => {
    expect([addToMonth('2020-11', 3), addToMonth('2021-01', -1), addToMonth('2021-12', -24)]).toEqual([
      '2021-02',
      '2020-12',
      '2019-12',
    ]);
    expect(monthsBetween('2019-12', '2021-02')).toBe(14);
    const table = layOutMonths([
      { period: '2020-12', value: 1 },
      { period: '2021-02', value: 3 },
    ]);
    expect(table).toEqual({ first: '2020-12', values: [1, null, 3] });
    expect([readMonth(table, '2021-02'), readMonth(table, '2021-01'), readMonth(table, '2021-03')]).toEqual([
      3,
      null,
      null,
    ]);
    expect(layOutMonths([])).toBeNull();
  });

  it('end with their last item', () => {
    const items = ['2021-01-04', '2021-01-25', '2021-03-01'].map((date) => ({ date }));
    expect(takeMonthEnds(items)).toEqual([
      { date: '2021-01-25', period: '2021-01' },
      { date: '2021-03-01', period: '2021-03' },
    ]);
  });
});

describe('the hash of the inputs', () => {
  const months = { '2021-01': 0.25, '2021-02': 0.86 };
  const hash = (values: Record<string, number>, partition = '2021-03-15') => {
    const macro = listMacroRows('BR_IPCA_MOM', 'level', values);
    return assessPartition(agent, buildView(agent, { macro }, partition)).diagnostics['inputHash'];
  };

  it('is that of what the agent could see', () => {
    expect(hash(months)).toMatch(/^[0-9a-f]{16}$/);
    expect(hash({ ...months })).toBe(hash(months));
    expect(hash({ ...months, '2021-02': 0.87 })).not.toBe(hash(months));
    expect(hash({ '2021-01': 0.86, '2021-02': 0.25 })).not.toBe(hash(months));
    // March is published in April.
    expect(hash({ ...months, '2021-03': 0.93 })).toBe(hash(months));
    expect(hash({ ...months, '2021-03': 0.93 }, '2021-04-15')).not.toBe(hash(months, '2021-04-15'));
  });
});

import { describe, expect, it } from 'vitest';
import { fiscal } from '../../../services/agents/fiscal/agent.ts';
import type { StoredReport } from '../../../shared/db/reader.ts';
import type { AgentName } from '../../../shared/pipeline/graph.ts';
import type { MacroRow } from '../../../shared/silver/rows.ts';
import { addDays, addMonths, type Day } from '../../../shared/time.ts';
import {
  assess,
  listCurveRows,
  listMacroRows,
  listMonths,
  makeExpectations,
  makeReport,
} from './framework-panel.ts';

const PARTITION: Day = '2024-05-07';

/** SGS 5793, a borrowing requirement: the sign is the opposite of the balance. */
const borrowing = (balances: readonly number[]): MacroRow[] =>
  listMacroRows(
    'BR_PRIMARY_BALANCE',
    'level',
    listMonths(
      addMonths('2024-03-01', 1 - balances.length).slice(0, 7),
      balances.map((balance) => -balance),
    ),
  );

const debt = (level: number) => listMacroRows('BR_GROSS_DEBT_GDP', 'level', { '2024-03': level });
const growth = (percent: number) => listMacroRows('BR_GDP_QOQ', 'yoy', { '2023-Q4': percent });
const selic = (rate: number) =>
  listMacroRows('BR_SELIC_TARGET', 'level', { '2024-05-06': rate, '2024-05-07': rate });

const reports = (expected: number, long: number, rStar: number | null = null) =>
  new Map<AgentName, StoredReport[]>([
    ['agent_inflation', [makeReport('agent_inflation', PARTITION, makeExpectations(expected, long))]],
    ['agent_monetary_policy', [makeReport('agent_monetary_policy', PARTITION, { r_star: { value: rStar } })]],
  ]);

describe('FISCAL_BR_DSA', () => {
  const months = new Array<number>(14).fill(-0.5);
  const base = [...debt(78), ...borrowing(months), ...growth(2)];
  const realCurve = listCurveRows('DI_IPCA', '2024-05-06', { '5Y': 6 });
  const dsa = (
    macro: readonly MacroRow[],
    rest: Partial<Parameters<typeof assess>[1]> = { curvePoints: realCurve },
  ) => assess(fiscal, { macro, reports: reports(4, 3.2), ...rest }, PARTITION).signal('FISCAL_BR_DSA');

  it('gives reference E3: debt rises in all four scenarios', () => {
    const signal = dsa(base);
    expect(signal).toMatchObject({ status: 'OK', direction: 'LONG', confidence: 1, strength: 'STRONG' });
    expect(signal.value).toBeCloseTo(97.245546 - 78, 6);
    const { scenarios, stabilizingBalance, balanceGap } = signal.metadata as {
      scenarios: Record<string, { path: number[] }>;
      stabilizingBalance: number;
      balanceGap: number;
    };
    const last = (name: string) => scenarios[name]?.path.at(-1);
    expect(last('stress')).toBeCloseTo(114.787981, 6);
    expect(last('adjustment')).toBeCloseTo(89.133787, 6);
    expect(last('tailwind')).toBeCloseTo(88.471663, 6);
    expect(last('baseline')).not.toBeCloseTo(94.568666, 3);
    expect(stabilizingBalance).toBeCloseTo(3.0588235, 6);
    expect(balanceGap).toBeCloseTo(-3.5588235, 6);
  });

  it('reads SGS 5793 as a deficit', () => {
    const surplus = dsa([...debt(78), ...borrowing(new Array<number>(14).fill(6)), ...growth(2)]);
    expect(surplus).toMatchObject({ direction: 'SHORT', metadata: { primary: 6 } });
  });

  it('goes down the list of real rates', () => {
    const source = (rest: Partial<Parameters<typeof assess>[1]>) => dsa(base, rest).metadata;
    const nominal = listCurveRows('DI_PRE', '2024-05-06', { '5Y': 11 });
    const deflated = source({ curvePoints: nominal });
    expect(deflated.realRateSource).toBe('DI_PRE deflated');
    expect(dsa(base, { curvePoints: nominal })).toMatchObject({
      confidence: 0.49,
      proxies: ['DI_PRE deflated for the 5Y rate of DI_IPCA'],
    });
    expect(deflated.rate).toBeCloseTo((1.11 / 1.032 - 1) * 100, 9);
    const bonds = listCurveRows('NTN_B_REAL', '2024-05-06', { '15/08/2028': 5.8, '15/05/2035': 6.2 }).map(
      (row, i) => ({
        ...row,
        calendarDays: i === 0 ? 1600 : 4000,
        method: 'observed',
      }),
    );
    expect(source({ curvePoints: [...bonds, ...nominal] })).toMatchObject({
      realRateSource: 'NTN_B_REAL',
      rate: expect.closeTo(5.8 + (0.4 * (1825 - 1600)) / 2400, 9),
    });
    const stale = listCurveRows('DI_IPCA', '2024-04-10', { '5Y': 6 });
    expect(source({ curvePoints: stale, reports: reports(4, 3.2, 4.4) })).toMatchObject({
      realRateSource: 'r_star',
      rate: 4.4,
    });
    const fromSelic = dsa([...base, ...selic(10.5)], {});
    expect(fromSelic.metadata.rate).toBeCloseTo((1.105 / 1.04 - 1) * 100, 9);
    expect(fromSelic.confidence).toBeLessThanOrEqual(0.49);
    expect(dsa(base, {})).toMatchObject({ status: 'INSUFFICIENT_DATA' });
  });

  it('stays below its threshold when debt hardly moves', () => {
    const flat = dsa([...debt(60), ...borrowing(new Array<number>(14).fill(0)), ...growth(6)]);
    expect(flat).toMatchObject({ status: 'BELOW_THRESHOLD', direction: 'NEUTRAL', confidence: 0 });
    expect(flat.value).toBeCloseTo(0, 9);
  });

  it('is an error at growth of −100 %, and missing below twelve months of balance', () => {
    expect(dsa([...debt(78), ...borrowing(months), ...growth(-99.5)])).toMatchObject({
      status: 'MODEL_ERROR',
      value: null,
    });
    expect(dsa([...debt(78), ...borrowing(months.slice(0, 11)), ...growth(2)])).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reason: '11 months of SGS 5793, 12 needed',
    });
    expect(dsa(debt(78)).reason).toBe('SGS 5793, SGS 22109, SGS 22099 have no observations');
  });
});

describe('FISCAL_BR_IMPULSE', () => {
  const wave = (last: number, length = 48) =>
    Array.from({ length }, (_, i) => (i === length - 1 ? last : Math.sin(i)));
  const impulse = (balances: readonly number[]) =>
    assess(fiscal, { macro: borrowing(balances) }, PARTITION).signal('FISCAL_BR_IMPULSE');

  it('is SHORT (tightening) when the balance improved unusually, LONG when it worsened', () => {
    expect(impulse(wave(8))).toMatchObject({ status: 'OK', direction: 'SHORT', confidence: 1 });
    expect(impulse(wave(-8))).toMatchObject({ status: 'OK', direction: 'LONG', confidence: 1 });
    expect(impulse(wave(Math.sin(35)))).toMatchObject({ status: 'BELOW_THRESHOLD', confidence: 0 });
  });

  it('needs 48 months', () => {
    expect(impulse(wave(8, 47))).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reason: '35 twelve-month changes of SGS 5793, 36 needed (48 months)',
    });
    expect(impulse([]).reason).toBe('SGS 5793 has no observations');
  });
});

describe('FISCAL_BR_DOMINANCE_RISK', () => {
  const dominance = (macro: readonly MacroRow[], expected: number | null) =>
    assess(
      fiscal,
      { macro, reports: expected === null ? new Map() : reports(expected, 3) },
      PARTITION,
    ).signal('FISCAL_BR_DOMINANCE_RISK');
  const changed = [...new Array<number>(12).fill(0), -0.8];

  it('gives reference E12', () => {
    // Real Selic 6 % at E = 5 %, growth 2 %: r − g is 4; E is 2 pp above the target.
    const nominal = (1.06 * 1.05 - 1) * 100;
    const signal = dominance([...debt(88), ...borrowing(changed), ...growth(2), ...selic(nominal)], 5);
    expect(signal.value).toBeCloseTo(88.8333, 4);
    expect(signal).toMatchObject({ status: 'OK', direction: 'LONG', proxies: [], metadata: { present: 4 } });
    expect(signal.confidence).toBeCloseTo((88.8333 - 50) / 50, 4);
  });

  it('does not punish expectations below the target', () => {
    expect(dominance(debt(60), 2).metadata).toMatchObject({ deviation: 0, parts: { deviation: 0 } });
  });

  it('runs on two components, flagged with what is missing, and not on one', () => {
    const two = dominance(debt(88), 5);
    expect(two.value).toBeCloseTo((96.66667 * 0.35 + 66.66667 * 0.15) / 0.5, 4);
    expect(two.metadata).toMatchObject({
      present: 2,
      components: 4,
      without: 'SGS 22109, SGS 432, SGS 5793',
    });
    expect(dominance(debt(88), null)).toMatchObject({ status: 'INSUFFICIENT_DATA', value: null });
    expect(dominance(debt(88), null).reason).toContain('SGS 5793');
  });

  it('leaves out what is too old and names it', () => {
    const old = listMacroRows('BR_GROSS_DEBT_GDP', 'level', { '2023-03': 88 });
    const rest = [...borrowing(changed), ...growth(2), ...selic(9)];
    const aged = dominance([...old, ...rest], 5);
    expect(aged.metadata).toMatchObject({ present: 3, debt: null });
    expect(aged.metadata.without).toMatch(/^SGS 13762: stale, 2023-03 is last release \d+ days ago$/);
    expect(dominance(old, 5)).toMatchObject({ status: 'STALE_DATA', value: null, confidence: 0 });
    const oldSelic = listMacroRows('BR_SELIC_TARGET', 'level', { '2024-04-01': 9, '2024-04-02': 9 });
    expect(dominance([...debt(88), ...growth(2), ...oldSelic], 5).metadata).toMatchObject({
      rMinusG: null,
      without: expect.stringContaining('SGS 432: stale, 2024-04-02'),
    });
  });

  it('names the blended expectation as a substitute and is capped by it', () => {
    const blend = makeReport('agent_inflation', PARTITION, makeExpectations(7, 4, 'expectation_blend'));
    const signal = assess(
      fiscal,
      { macro: debt(95), reports: new Map([['agent_inflation', [blend]]]) },
      PARTITION,
    ).signal('FISCAL_BR_DOMINANCE_RISK');
    expect(signal).toMatchObject({
      value: 100,
      confidence: 0.6,
      proxies: ['expectation_blend for the breakeven of DI_PRE and DI_IPCA'],
    });
  });

  it('has no confidence in the middle', () => {
    expect(dominance(debt(60), 4.5)).toMatchObject({
      status: 'BELOW_THRESHOLD',
      direction: 'NEUTRAL',
      confidence: 0,
    });
  });
});

describe('the fiscal report', () => {
  it('is complete with dominance and composite alone, whose weight is a third', () => {
    const { report, signal } = assess(fiscal, { macro: debt(88), reports: reports(5, 3) }, PARTITION);
    expect(report).toMatchObject({ status: 'complete', coverage: 0.5 });
    const dominance = signal('FISCAL_BR_DOMINANCE_RISK');
    const composite = signal('FISCAL_BR_COMPOSITE');
    expect(composite.confidence).toBeCloseTo(dominance.confidence / 3, 12);
    expect(composite.metadata.c).toBeCloseTo(1 / 3, 12);
    expect(report.narrative).toContain('primary balance n/a %');
  });

  it('uses nothing from after the partition', () => {
    const late = debt(88).map((row) => ({ ...row, knownAt: row.knownAt + 40 * 86_400_000 }));
    expect(
      assess(fiscal, { macro: late, reports: reports(5, 3) }, PARTITION).report.outputs.gross_debt,
    ).toBeNull();
    expect(assess(fiscal, { macro: late }, addDays(PARTITION, 42)).report.outputs.gross_debt).toBe(88);
  });
});

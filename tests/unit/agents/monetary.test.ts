import { describe, expect, it } from 'vitest';
import { monetaryPolicy } from '../../../services/agents/monetary_policy/agent.ts';
import { listMeetingsBefore } from '../../../shared/economics/copom-meetings.ts';
import {
  filterNeutralRate,
  readNeutralRate as readNeutralRateBy,
  type NeutralRatePath,
  readNeutralRateAt,
} from '../../../services/agents/monetary_policy/neutral-rate.ts';
import { readPolicyRate } from '../../../services/agents/monetary_policy/policy-rate.ts';
import { assessTaylor } from '../../../services/agents/monetary_policy/taylor.ts';
import { readVersion } from '../../../services/agents/versions.ts';
import type { AgentName } from '../../../shared/pipeline/graph.ts';
import type { StoredReport } from '../../../shared/db/reader.ts';
import { finishSignal } from '../../../services/agents/framework/signal.ts';
import { addDays, addMonths, listWeekdays, type Day } from '../../../shared/time.ts';
import {
  assess,
  buildView,
  listCurveRows,
  listMacroRows,
  listMonths,
  makeExpectations,
  makeReport,
  readRecordedSgs,
} from './framework-panel.ts';

// The numbers of model version 1.
const { neutralRate } = readVersion('agent_monetary_policy', '1').parameters;
const readNeutralRate = (path: NeutralRatePath) => readNeutralRateBy(path, neutralRate);

const PARTITION = '2024-05-07';

/** The Selic target on every calendar day of the year before the partition. */
const selic = (rate: number, partition: Day = PARTITION) =>
  listMacroRows(
    'BR_SELIC_TARGET',
    'level',
    Object.fromEntries(Array.from({ length: 400 }, (_, i) => [addDays(partition, i - 399), rate])),
  );

const reports = (expected: number, long = expected, source?: string, partition: Day = PARTITION) =>
  new Map<AgentName, StoredReport[]>([
    ['agent_inflation', [makeReport('agent_inflation', partition, makeExpectations(expected, long, source))]],
  ]);

const realRates = (values: readonly number[], last = '2024-03') =>
  listMacroRows(
    'BR_REAL_RATE_EX_ANTE',
    'level',
    listMonths(addMonths(`${last}-01`, 1 - values.length).slice(0, 7), values),
  );

describe('MONETARY_BR_TAYLOR', () => {
  const neutral = { value: 4.5, variance: 0.11, n: 60, period: '2024-04', isPrior: false };
  const expected = {
    value: 4,
    source: 'fisher_breakeven',
    curveDate: '2024-05-06',
    period: null,
    reason: null,
  } as const;
  const spec = { signalId: 'MONETARY_BR_TAYLOR', axis: 'BR_YIELDS', unit: 'pp', horizonDays: 252 } as const;
  const rule = (rate: number, gap: number | null, overrides: Partial<typeof neutral> = {}) => {
    const view = buildView(
      monetaryPolicy,
      {
        macro: [
          ...selic(rate),
          ...listMacroRows('BR_ACTIVITY_GAP', 'level', gap === null ? {} : { '2024-03': gap }),
        ],
      },
      PARTITION,
    );
    const result = assessTaylor(view, readPolicyRate(view), { ...neutral, ...overrides }, expected);
    return { ...result, signal: finishSignal(spec, result.draft) };
  };

  it('gives reference E2: i* 9.5, policy gap exactly at the threshold, SHORT', () => {
    const { iStar, policyGap, signal } = rule(10.5, -1);
    expect(iStar).toBeCloseTo(9.5, 12);
    expect(policyGap).toBeCloseTo(1, 12);
    expect(signal).toMatchObject({ status: 'OK', direction: 'SHORT', value: 1 });
    expect(signal.confidence).toBeCloseTo(0.6 * (1 - Math.sqrt(0.11) / 2), 12);
  });

  it('keeps i* and the policy gap below the threshold', () => {
    const { iStar, signal } = rule(10, -1);
    expect(iStar).toBeCloseTo(9.5, 12);
    expect(signal).toMatchObject({ status: 'BELOW_THRESHOLD', direction: 'NEUTRAL', confidence: 0 });
    expect(signal.value).toBeCloseTo(0.5, 12);
    expect(signal.metadata.iStar).toBe(iStar);
  });

  it('is LONG and surer when the rate is far too low', () => {
    const { signal } = rule(5, -1);
    expect(signal).toMatchObject({ direction: 'LONG', strength: 'MODERATE' });
    expect(signal.confidence).toBeCloseTo(0.85 * (1 - Math.sqrt(0.11) / 2), 12);
  });

  it('is capped and flagged without a gap and with the prior for r*', () => {
    const withoutGap = rule(5, null).signal;
    expect(withoutGap).toMatchObject({ confidence: 0.49, strength: 'WEAK' });
    expect(withoutGap.proxies).toEqual(['zero for the activity gap (SGS 24364, 24369, 24352)']);
    const prior = rule(5, -1, { value: 4.75, n: 3, isPrior: true }).signal;
    expect(prior.confidence).toBe(0.49);
    expect(prior.proxies).toEqual(['prior 4.75 for r* (3 of 24 months)']);
  });

  it('is capped at 0.6 when expected inflation is the blend', () => {
    const panel = {
      macro: [
        ...selic(2),
        ...realRates(new Array<number>(30).fill(5)),
        ...listMacroRows('BR_ACTIVITY_GAP', 'level', { '2024-03': 0 }),
      ],
    };
    const blend = assess(
      monetaryPolicy,
      { ...panel, reports: reports(4, 3.2, 'expectation_blend') },
      PARTITION,
    );
    expect(blend.signal('MONETARY_BR_TAYLOR')).toMatchObject({ confidence: 0.6, direction: 'LONG' });
    expect(
      assess(monetaryPolicy, { ...panel, reports: reports(4) }, PARTITION).signal('MONETARY_BR_TAYLOR')
        .confidence,
    ).toBeGreaterThan(0.6);
  });

  it('names what is missing or stale', () => {
    const taylor = (macro: ReturnType<typeof selic>, withReport = true) =>
      assess(monetaryPolicy, withReport ? { macro, reports: reports(4) } : { macro }, PARTITION).signal(
        'MONETARY_BR_TAYLOR',
      );
    expect(taylor([])).toMatchObject({ status: 'INSUFFICIENT_DATA', reason: 'SGS 432 has no observations' });
    expect(taylor(selic(10), false)).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reason: 'no expected inflation: agent_inflation has no report',
    });
    expect(taylor(selic(10, '2024-04-10'))).toMatchObject({ status: 'STALE_DATA' });
  });
});

describe('Copom meetings', () => {
  it('explain every change of the recorded Selic target', () => {
    const recorded = readRecordedSgs('sgs_432_20160101_20260101.json');
    const changes = recorded.filter(({ value }, i) => i > 0 && value !== recorded[i - 1]!.value);
    expect(changes).toHaveLength(47);
    for (const { date } of changes) {
      const meeting = listMeetingsBefore(date, 1)?.[0] ?? '';
      // In force the day after; in September 2017 a holiday came between.
      expect([addDays(meeting, 1), addDays(meeting, 2)], date).toContain(date);
    }
  });

  it('are unknown before the table and after its end', () => {
    expect(listMeetingsBefore('2016-04-27', 3)).toBeNull();
    expect(listMeetingsBefore('2022-06-20', 3)).toEqual(['2022-03-16', '2022-05-04', '2022-06-15']);
    expect(listMeetingsBefore('2022-06-15', 1)).toEqual(['2022-05-04']);
    expect(listMeetingsBefore('2026-06-01', 3)).toBeNull();
  });

  it('give the inertia of the recorded Selic, five months where they are unknown', () => {
    const recorded = readRecordedSgs('sgs_432_20160101_20260101.json');
    const macro = listMacroRows(
      'BR_SELIC_TARGET',
      'level',
      Object.fromEntries(recorded.map(({ date, value }) => [date, value])),
    );
    const read = (partition: Day) => {
      const policy = readPolicyRate(buildView(monetaryPolicy, { macro }, partition));
      return [policy?.now.value, policy?.before?.value, policy?.basis];
    };
    expect(read('2022-06-13')).toEqual([12.75, 9.25, 'meetings']);
    expect(read('2022-06-20')).toEqual([13.25, 10.75, 'meetings']);
    expect(read('2021-01-04')).toEqual([2, 2, 'meetings']);
    expect(read('2016-03-04')).toEqual([14.25, undefined, 'five_months']);
  });
});

describe('r*', () => {
  it('moves slowly, and not at all where policy and activity agree with it', () => {
    const constant = buildView(
      monetaryPolicy,
      { macro: realRates(new Array<number>(60).fill(4.75)) },
      PARTITION,
    );
    expect(readNeutralRate(filterNeutralRate(constant)).value).toBeCloseTo(4.75, 12);
    const macro = [
      ...realRates(new Array<number>(24).fill(9.5)),
      ...listMacroRows('BR_ACTIVITY_GAP', 'level', listMonths('2022-04', new Array<number>(24).fill(-2))),
    ];
    const tight = readNeutralRate(filterNeutralRate(buildView(monetaryPolicy, { macro }, PARTITION)));
    expect(tight).toMatchObject({ n: 24, isPrior: false });
    expect(tight.value).toBeLessThan(6);
  });

  it('is the prior below 24 months', () => {
    const view = buildView(monetaryPolicy, { macro: realRates(new Array<number>(23).fill(9)) }, PARTITION);
    expect(readNeutralRate(filterNeutralRate(view))).toEqual({
      value: 4.75,
      variance: 0.11,
      n: 23,
      period: null,
      isPrior: true,
    });
    expect(readNeutralRateAt(view, PARTITION)).toBeNull();
  });

  it('of a date uses the months that were known then', () => {
    const view = buildView(monetaryPolicy, { macro: realRates(new Array<number>(60).fill(6)) }, PARTITION);
    // A month is known on the tenth of the month after it.
    expect(readNeutralRateAt(view, '2024-04-09')?.period).toBe('2024-02');
    expect(readNeutralRateAt(view, '2024-04-10')?.period).toBe('2024-03');
  });

  it('of a date does not know the gaps that came out later', () => {
    const rates = realRates(new Array<number>(60).fill(6));
    const gaps = listMacroRows(
      'BR_ACTIVITY_GAP',
      'level',
      listMonths('2022-04', new Array<number>(24).fill(-2)),
    );
    const date = '2023-06-15';
    const then = gaps.filter((row) => row.knownAt <= Date.parse('2023-06-16T09:00:00Z'));
    expect(then.length).toBeLessThan(gaps.length);
    const today = buildView(monetaryPolicy, { macro: [...rates, ...gaps] }, PARTITION);
    const past = buildView(monetaryPolicy, { macro: [...rates, ...then] }, PARTITION);
    expect(readNeutralRateAt(today, date)).toEqual(readNeutralRateAt(past, date));
  });
});

describe('MONETARY_BR_SELIC_PATH', () => {
  // r* 4.5, E 4, target 3, gap −1, inertia 0: i* is 9.5.
  const macro = [
    ...selic(10.5),
    ...listMacroRows('BR_ACTIVITY_GAP', 'level', { '2024-03': -1 }),
    ...realRates(new Array<number>(48).fill(4.75)),
  ];
  const path = (di1y: number, partition: Day = PARTITION) =>
    assess(
      monetaryPolicy,
      {
        macro: [...macro, ...selic(10.5, partition)],
        curvePoints: listCurveRows('DI_PRE', '2024-05-06', { '1Y': di1y }),
        reports: reports(4, 3.2, 'fisher_breakeven', partition),
      },
      partition,
    );

  it('compares the one-year rate with the average of the path to i*', () => {
    const { signal, report } = path(11);
    const iStar = report.outputs.taylor_rate as number;
    let rate = 10.5;
    let growth = 1;
    for (let k = 0; k < 8; k += 1) {
      rate = 0.8 * rate + 0.2 * iStar;
      growth *= (1 + rate / 100) ** (1 / 8);
    }
    expect(signal('MONETARY_BR_SELIC_PATH').value).toBeCloseTo(11 - (growth - 1) * 100, 9);
    expect(signal('MONETARY_BR_SELIC_PATH')).toMatchObject({ status: 'OK', direction: 'SHORT' });
    expect(path(9).signal('MONETARY_BR_SELIC_PATH').direction).toBe('LONG');
  });

  it('uses i* although the Taylor signal is below its threshold', () => {
    const { signal } = path(11);
    expect(signal('MONETARY_BR_TAYLOR').status).toBe('BELOW_THRESHOLD');
    expect(signal('MONETARY_BR_SELIC_PATH').status).toBe('OK');
  });

  it('needs a curve of the last ten sessions', () => {
    expect(path(11, '2024-05-20').signal('MONETARY_BR_SELIC_PATH').status).toBe('OK');
    expect(path(11, '2024-05-21').signal('MONETARY_BR_SELIC_PATH')).toMatchObject({
      status: 'STALE_DATA',
      reason: 'DI_PRE of 2024-05-06 is 11 sessions old',
    });
    expect(
      assess(monetaryPolicy, { macro, reports: reports(4) }, PARTITION).signal('MONETARY_BR_SELIC_PATH'),
    ).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reason: 'DI_PRE has no curve (B3 DI1)',
    });
  });
});

describe('MONETARY_BR_TERM_PREMIUM', () => {
  const blend = listMacroRows(
    'BR_INFLATION_EXPECTATION_BLEND',
    'level',
    listMonths('2019-01', new Array<number>(64).fill(3.5)),
  );
  const premium = (rates: readonly number[], now: number) => {
    const ends = rates.map((rate, i) => {
      const month = addMonths('2024-04-30', i + 1 - rates.length).slice(0, 7);
      return listCurveRows('DI_PRE', listWeekdays(`${month}-20`, `${month}-28`).at(-1)!, { '10Y': rate });
    });
    return assess(
      monetaryPolicy,
      {
        macro: [...blend, ...realRates(new Array<number>(64).fill(4.75))],
        curvePoints: [...ends.flat(), ...listCurveRows('DI_PRE', '2024-05-06', { '10Y': now })],
      },
      PARTITION,
    ).signal('MONETARY_BR_TERM_PREMIUM');
  };
  const calm = Array.from({ length: 18 }, (_, i) => 11 + (i % 2 === 0 ? 0.1 : -0.1));

  it('is the ten-year rate over r* and long-run inflation, against its own month-ends', () => {
    const signal = premium(calm, 11.5);
    const longInflation = 0.2 * 3.5 + 0.8 * 3;
    expect(signal.metadata.premium).toBeCloseTo(11.5 - (1.0475 * (1 + longInflation / 100) - 1) * 100, 9);
    expect(signal.metadata.months).toBe(18);
    expect(signal).toMatchObject({ status: 'OK', direction: 'SHORT', confidence: 1 });
    expect(premium(calm, 10.5).direction).toBe('LONG');
  });

  it('is neutral in between, with no confidence', () => {
    const signal = premium(
      Array.from({ length: 18 }, (_, i) => 11 + (i % 2 === 0 ? 0.5 : -0.5)),
      11.5,
    );
    expect(signal).toMatchObject({ status: 'OK', direction: 'NEUTRAL', confidence: 0 });
    expect(signal.value).toBeGreaterThan(0.5);
  });

  it('needs twelve month-ends that vary', () => {
    expect(premium(calm.slice(0, 11), 11.5)).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reason: '11 month-ends of DI_PRE 10Y, 12 needed',
    });
    expect(premium(calm.slice(0, 12), 11.5).status).toBe('OK');
  });
});

describe('MONETARY_US_FED_STANCE', () => {
  const stance = (funds: number, gaps: Readonly<Record<string, number>>) =>
    assess(
      monetaryPolicy,
      {
        macro: [
          ...listMacroRows('US_FED_FUNDS', 'level', { '2024-05-06': funds, '2024-05-07': funds }),
          ...listMacroRows('US_PCE_CORE', 'yoy', { '2024-03': 4 }),
          ...Object.entries(gaps).flatMap(([key, gap]) => listMacroRows(key, 'level', { '2023-Q4': gap })),
        ],
      },
      PARTITION,
    ).signal('MONETARY_US_FED_STANCE');

  it('follows the rule of 1993 (E1: inflation 4, gap 1 give 7.5)', () => {
    const easy = stance(5.5, { US_OUTPUT_GAP: 1 });
    expect(easy.metadata.iStar).toBeCloseTo(7.5, 12);
    expect(easy).toMatchObject({ status: 'OK', direction: 'LONG', value: -2, confidence: 1, proxies: [] });
    expect(stance(8.5, { US_OUTPUT_GAP: 1 })).toMatchObject({ direction: 'SHORT', confidence: 0.5 });
    expect(stance(7.2, { US_OUTPUT_GAP: 1 })).toMatchObject({
      status: 'BELOW_THRESHOLD',
      direction: 'NEUTRAL',
    });
  });

  it('is capped with the filtered gap, and missing without either', () => {
    const proxy = stance(5.5, { US_OUTPUT_GAP_HP: 1 });
    expect(proxy).toMatchObject({ confidence: 0.49, strength: 'WEAK' });
    expect(proxy.inputs).toContainEqual(
      expect.objectContaining({ key: 'US_OUTPUT_GAP_HP', proxy: 'US_OUTPUT_GAP' }),
    );
    expect(stance(5.5, {})).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reason: 'FRED GDPC1 has no observations',
    });
  });
});

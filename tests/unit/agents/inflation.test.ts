import { describe, expect, it } from 'vitest';
import { inflation } from '../../../services/agents/inflation/agent.ts';
import { CORES } from '../../../services/agents/inflation/series.ts';
import { IPCA_GROUPS } from '../../../shared/economics/ipca-groups.ts';
import type { MacroRow } from '../../../shared/silver/rows.ts';
import { addMonths, cutoffOf, listWeekdays, type Day } from '../../../shared/time.ts';
import { assess, listCurveRows, listMacroRows, listMonths, readRecordedSgs } from './framework-panel.ts';

const recorded = readRecordedSgs('sgs_433_20160101_20260101.json');
const ipca = Object.fromEntries(recorded.map(({ date, value }) => [date.slice(0, 7), value]));

/** A partition at which a month of IPCA is known and the next one is not. */
const partitionAfter = (month: string): Day =>
  listWeekdays(addMonths(`${month}-20`, 1), addMonths(`${month}-28`, 1))[0]!;

/** z by reference month, as derived from the recorded SGS 433. */
const Z: Readonly<Record<string, number>> = {
  '2020-11': 1.81,
  '2020-12': 1.93,
  '2021-01': 0.77,
  '2021-02': 0.83,
  '2021-03': 0.69,
  '2021-04': 1.01,
  '2021-05': 1.04,
  '2021-06': 0.38,
  '2021-07': 1.36,
  '2021-08': 1.16,
  '2021-09': 2.22,
  '2021-10': 2.03,
  '2021-11': 1.68,
  '2021-12': 0.37,
  '2022-01': 0.15,
  '2022-02': 0.58,
  '2022-03': 2.42,
  '2022-04': 2.24,
  '2022-05': 1.02,
};

describe('INFLATION_BR_SURPRISE', () => {
  const panel = { macro: listMacroRows('BR_IPCA_MOM', 'level', ipca) };

  it.each(Object.entries(Z))('of the recorded IPCA of %s has z %f', (month, z) => {
    const surprise = assess(inflation, panel, partitionAfter(month)).signal('INFLATION_BR_SURPRISE');
    expect(surprise.metadata).toMatchObject({ month, source: 'seasonal_ar1' });
    expect(surprise.value).toBeCloseTo(z, 2);
    expect(surprise).toMatchObject(
      z >= 1.65
        ? { status: 'OK', direction: 'LONG' }
        : { status: 'BELOW_THRESHOLD', direction: 'NEUTRAL', confidence: 0 },
    );
  });

  it('is capped as a substitute, and alone gives the composite a fifth of its confidence', () => {
    const { report, signal } = assess(inflation, panel, partitionAfter('2022-03'));
    expect(signal('INFLATION_BR_SURPRISE')).toMatchObject({ confidence: 0.6, strength: 'MODERATE' });
    expect(signal('INFLATION_BR_SURPRISE').proxies).toEqual([
      'seasonal AR(1) for the consensus of monthly IPCA',
    ]);
    const composite = signal('INFLATION_BR_COMPOSITE');
    expect(composite).toMatchObject({ status: 'OK', direction: 'LONG', strength: 'NO_SIGNAL' });
    expect(composite.metadata.c).toBeCloseTo(0.2, 12);
    expect(composite.confidence).toBeCloseTo(0.12, 12);
    expect(report.narrative).toContain('SGS 1635');
  });

  it('has a confidence of 0.75 at z = 2.58 before the cap', () => {
    const surprise = assess(inflation, panel, partitionAfter('2020-11')).signal('INFLATION_BR_SURPRISE');
    expect(surprise.confidence).toBeCloseTo((0.75 * surprise.value!) / 2.58, 12);
  });

  it('takes IPCA-15 of the same month when there is enough of it', () => {
    const early = Object.fromEntries(Object.entries(ipca).map(([month, value]) => [month, value - 0.1]));
    const noisy = { ...early, '2022-03': ipca['2022-03']! - 0.9 };
    const both = { macro: [...panel.macro, ...listMacroRows('BR_IPCA15_MOM', 'level', noisy)] };
    const surprise = assess(inflation, both, partitionAfter('2022-03')).signal('INFLATION_BR_SURPRISE');
    expect(surprise.metadata.source).toBe('ipca_15');
    // A constant difference is its own mean of the calendar month; only March 2022 is a surprise.
    expect(surprise.metadata.lastSurprise).toBeCloseTo(0.8, 9);
  });

  it('needs 27 surprises', () => {
    const short = Object.fromEntries(Object.entries(ipca).filter(([month]) => month >= '2018-06'));
    const surprise = assess(
      inflation,
      { macro: listMacroRows('BR_IPCA_MOM', 'level', short) },
      partitionAfter('2020-11'),
    ).signal('INFLATION_BR_SURPRISE');
    expect(surprise).toMatchObject({ status: 'INSUFFICIENT_DATA', value: null });
    expect(surprise.reason).toContain('SGS 433');
  });
});

describe('expected inflation', () => {
  const blend = listMacroRows('BR_INFLATION_EXPECTATION_BLEND', 'level', { '2024-03': 3.4 });
  const expectations = (curves: ReturnType<typeof listCurveRows>, partition: Day) =>
    assess(inflation, { macro: blend, curvePoints: curves }, partition).report.outputs;

  it('is the breakeven at one and a half years, with its date, while it is at most ten sessions old', () => {
    const curve = listCurveRows('BR_BEI', '2024-05-06', { '1Y': 4.1, '18M': 4.25 });
    expect(expectations(curve, '2024-05-20')).toEqual({
      ipca_12m: { value: null, period: null },
      expected_ipca_12m: {
        value: 4.25,
        source: 'fisher_breakeven',
        curveDate: '2024-05-06',
        period: null,
        reason: null,
      },
      expected_ipca_long: {
        value: 0.2 * 4.25 + 0.8 * 3,
        source: 'fisher_breakeven',
        curveDate: '2024-05-06',
        period: null,
        reason: null,
      },
    });
    expect(expectations(curve, '2024-05-21')).toMatchObject({
      expected_ipca_12m: {
        value: 3.4,
        source: 'expectation_blend',
        period: '2024-03',
        reason: 'BR_BEI of 2024-05-06 is 11 sessions old',
      },
    });
  });

  it('is the blend when the curve does not reach, flagged, and null with a reason without either', () => {
    const curve = listCurveRows('BR_BEI', '2024-05-06', { '1Y': 4.1 });
    const { report } = assess(inflation, { macro: blend, curvePoints: curve }, '2024-05-07');
    expect(report.dataQualityFlags.at(-1)).toBe('expectation_blend: BR_BEI of 2024-05-06 does not reach 18M');
    expect(assess(inflation, {}, '2024-05-07').report.outputs).toMatchObject({
      expected_ipca_12m: {
        value: null,
        source: 'none',
        reason: 'no curve BR_BEI; SGS 433 has no observations',
      },
      expected_ipca_long: { value: null },
    });
  });
});

describe('INFLATION_US_TREND', () => {
  const trend = (saar: number | null, yoy: number | null, supercore: readonly number[] = []) =>
    assess(
      inflation,
      {
        macro: [
          ...listMacroRows('US_PCE_CORE', 'saar3', saar === null ? {} : { '2024-02': saar }),
          ...listMacroRows('US_PCE_CORE', 'yoy', yoy === null ? {} : { '2024-02': yoy }),
          ...listMacroRows('US_PCE_SUPERCORE', 'mom', listMonths('2023-12', supercore)),
        ],
      },
      '2024-04-01',
    ).signal('INFLATION_US_TREND');

  it('is LONG above 2 % on both rates, SHORT below, NEUTRAL between', () => {
    expect(trend(3.5, 2.8)).toMatchObject({ direction: 'LONG', value: 3.5 });
    expect(trend(3.5, 2.8).confidence).toBeCloseTo(0.4, 12);
    expect(trend(1.5, 1.6)).toMatchObject({ direction: 'SHORT' });
    expect(trend(1.5, 2.8)).toMatchObject({ direction: 'NEUTRAL', confidence: 0, strength: 'NO_SIGNAL' });
  });

  it('gains or loses 0.10 with the supercore', () => {
    expect(trend(3.5, 2.8, [0.4, 0.3, 0.5]).confidence).toBeCloseTo(0.5, 12);
    expect(trend(3.5, 2.8, [0.1, 0.1, 0.1]).confidence).toBeCloseTo(0.3, 12);
    expect(trend(3.5, 2.8, [0.4, 0.3]).confidence).toBeCloseTo(0.4, 12);
  });

  it('takes the rate there is, and names FRED PCEPILFE without any', () => {
    expect(trend(null, 2.8)).toMatchObject({ direction: 'LONG', value: 2.8 });
    expect(trend(null, null)).toMatchObject({
      status: 'INSUFFICIENT_DATA',
      reason: 'FRED PCEPILFE has no observations',
      value: null,
    });
  });
});

describe('INFLATION_BR_PERSISTENCE', () => {
  const parts = (macro: readonly MacroRow[], breakeven: number | null) =>
    assess(
      inflation,
      {
        macro,
        curvePoints: breakeven === null ? [] : listCurveRows('BR_BEI', '2024-03-01', { '18M': breakeven }),
      },
      '2024-03-04',
    ).signal('INFLATION_BR_PERSISTENCE');

  it('scores diffusion, acceleration of the core, services and expectations alike', () => {
    const core = listMonths('2023-08', [4, 4, 4, 4.6, 4.6, 4.6]);
    const signal = parts(
      [
        ...listMacroRows('BR_IPCA_DIFFUSION', 'level', { '2024-01': 70 }),
        ...listMacroRows('BR_IPCA_SERVICES', 'yoy', { '2024-01': 6.5 }),
        ...listMacroRows('BR_IPCA_CORE_EX0', 'yoy', core),
      ],
      4,
    );
    // 70; 50 + 10·(4.6 − 4.3); 50 + 10·(6.5 − 3 − 1.5); 20·(4 − 3) + 50
    expect(signal.value).toBeCloseTo((70 + 53 + 70 + 70) / 4, 9);
    expect(signal).toMatchObject({ status: 'OK', direction: 'LONG' });
    expect(signal.confidence).toBeCloseTo((65.75 - 50) / 50, 9);
  });

  it('does not read anchored expectations as persistence', () => {
    const macro = listMacroRows('BR_IPCA_DIFFUSION', 'level', { '2024-01': 50 });
    expect(parts(macro, 3).value).toBe(50);
    expect(parts(macro, 3).status).toBe('BELOW_THRESHOLD');
    expect(parts(macro, 1).direction).toBe('SHORT');
  });

  it('needs two of the four, and names what is missing', () => {
    const signal = parts([], 4);
    expect(signal).toMatchObject({ status: 'INSUFFICIENT_DATA', value: null });
    for (const code of ['SGS 21379', 'SGS 11426', 'SGS 10844']) expect(signal.reason).toContain(code);
  });
});

describe('INFLATION_BR_BOTTOMUP', () => {
  const groups = (mom: (group: number, month: number) => number, count: number = IPCA_GROUPS.length) =>
    IPCA_GROUPS.slice(0, count).flatMap(({ key }, group) =>
      listMacroRows(
        key,
        'level',
        listMonths(
          '2018-01',
          Array.from({ length: 72 }, (_, month) => mom(group, month)),
        ),
      ),
    );

  it('compounds half the season and half the last year of each group', () => {
    const signal = assess(inflation, { macro: groups(() => 0.5) }, '2024-02-01').signal(
      'INFLATION_BR_BOTTOMUP',
    );
    const forecast = (1.005 ** 12 - 1) * 100;
    expect(signal.value).toBeCloseTo(forecast, 9);
    expect(signal).toMatchObject({
      status: 'OK',
      direction: 'LONG',
      metadata: { target: 3, lastMonth: '2023-12', weightSource: 'table' },
    });
    expect(signal.confidence).toBeCloseTo(Math.min(1, (forecast - 3) / 3), 9);
  });

  it('repeats a season: a month that is high every year is high in the forecast', () => {
    const seasonal = (_group: number, month: number) => (month % 12 === 0 ? 1.2 : 0);
    const signal = assess(inflation, { macro: groups(seasonal) }, '2024-02-01').signal(
      'INFLATION_BR_BOTTOMUP',
    );
    const path = Array.from({ length: 12 }, (_, month) => 0.5 * (month === 0 ? 1.2 : 0) + 0.5 * 0.1);
    expect(signal.value).toBeCloseTo(
      (path.reduce((product, mom) => product * (1 + mom / 100), 1) - 1) * 100,
      9,
    );
    expect(signal).toMatchObject({ status: 'OK', direction: 'SHORT' });
  });

  it('weighs the groups by what explains the headline', () => {
    const wave = (group: number, month: number) => 0.4 + 0.3 * Math.sin((group + 1) * (month + 1));
    const headline = Array.from({ length: 72 }, (_, month) => 0.7 * wave(0, month) + 0.3 * wave(4, month));
    const macro = [
      ...groups(wave),
      ...listMacroRows('BR_IPCA_MOM', 'level', listMonths('2018-01', headline)),
    ];
    const { metadata } = assess(inflation, { macro }, '2024-02-01').signal('INFLATION_BR_BOTTOMUP');
    const weights = metadata.weights as Record<string, number>;
    expect(metadata.weightSource).toBe('nnls');
    expect(weights.BR_IPCA_COMP_FOOD).toBeCloseTo(0.7, 6);
    expect(weights.BR_IPCA_COMP_TRANSPORT).toBeCloseTo(0.3, 6);
  });

  it('needs three groups', () => {
    const signal = assess(inflation, { macro: groups(() => 0.5, 2) }, '2024-02-01').signal(
      'INFLATION_BR_BOTTOMUP',
    );
    expect(signal.status).toBe('INSUFFICIENT_DATA');
    expect(signal.reason).toContain('SGS 1637');
  });
});

describe('INFLATION_BR_PHILLIPS', () => {
  const MONTHS = 96;
  const expected = Array.from({ length: MONTHS }, (_, t) => 4 + Math.sin(t));
  const gap = Array.from({ length: MONTHS }, (_, t) => Math.cos(t / 3));
  const first = '2014-01';
  // The core of month t + 12 is a known function of month t; the last twelve regressors have no core yet.
  const core = expected.map((value, t) => 1 + 0.8 * value + 0.5 * gap[t]!);
  const macro = [
    ...listMacroRows('BR_INFLATION_EXPECTATION_BLEND', 'level', listMonths(first, expected)),
    ...listMacroRows('BR_ACTIVITY_GAP', 'level', listMonths(first, gap)),
    ...listMacroRows('BR_IPCA_CORE_MA', 'yoy', listMonths('2015-01', core.slice(0, MONTHS - 12))),
  ];
  const prices = listWeekdays('2012-06-01', '2022-01-25').map((sessionDate, i) => ({
    instrument: 'USDBRL_PTAX',
    sessionDate,
    knownAt: cutoffOf(sessionDate),
    price: 4 + Math.sin(i / 40),
    field: 'ask',
    logReturn: null,
    simpleReturn: null,
    flags: [],
  }));

  it('recovers a known relation and forecasts twelve months after the newest regressors', () => {
    const signal = assess(inflation, { macro, prices }, '2022-01-25').signal('INFLATION_BR_PHILLIPS');
    expect(signal.metadata).toMatchObject({
      from: '2021-12',
      target: 3.5,
      regressors: ['expected', 'gap', 'usdbrl'],
    });
    expect(signal.metadata.adjR2).toBeCloseTo(1, 9);
    expect(signal.value).toBeCloseTo(core.at(-1)!, 6);
    expect(signal.metadata.without).toBe(
      'SGS 4466, SGS 11427, SGS 27839, SGS 16122, SGS 28750, SGS 28751, SGS 29042',
    );
    expect(signal).toMatchObject({ status: 'OK', direction: core.at(-1)! > 3.5 ? 'LONG' : 'SHORT' });
  });

  it('counts 36 complete rows after the shift', () => {
    const late = prices.filter(({ sessionDate }) => sessionDate >= '2017-06-01');
    const signal = assess(inflation, { macro, prices: late }, '2020-06-25').signal('INFLATION_BR_PHILLIPS');
    expect(signal.metadata.regressors).toEqual(['expected', 'gap']);
    const short = assess(inflation, { macro: macro.slice(48), prices }, '2017-01-25').signal(
      'INFLATION_BR_PHILLIPS',
    );
    expect(short).toMatchObject({ status: 'INSUFFICIENT_DATA' });
  });

  it('does not take the headline for a core', () => {
    const headline = [
      ...macro.filter(({ seriesKey }) => !(CORES as readonly string[]).includes(seriesKey)),
      ...listMacroRows('BR_IPCA_MOM', 'yoy', listMonths(first, core)),
    ];
    const signal = assess(inflation, { macro: headline, prices }, '2022-01-25').signal(
      'INFLATION_BR_PHILLIPS',
    );
    expect(signal.status).toBe('INSUFFICIENT_DATA');
    expect(signal.reason).toBe(
      'SGS 11426, SGS 4466, SGS 11427, SGS 27839, SGS 16122, SGS 28750, SGS 28751 have no observations',
    );
  });
});

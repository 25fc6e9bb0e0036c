import { expect, it } from 'vitest';
import { listOutput, listOutputs } from '../../../services/dashboard/web/src/signals/outputs.ts';

const rows = (outputs: Readonly<Record<string, unknown>>, sources: Parameters<typeof listOutputs>[1] = []) =>
  listOutputs(outputs, sources).map(({ depth, name, value }) => [depth, name, value]);

it('puts what is nested below its name', () => {
  expect(rows({ r_star: { value: 2.36925758, lastPeriod: null }, policy_gap: -1.3776729 })).toEqual([
    [0, 'r star', ''],
    [1, 'value', '2.36926'],
    [1, 'last period', '–'],
    [0, 'policy gap', '-1.37767'],
  ]);
});

it('gives a list of values, and each record of a list, one line', () => {
  expect(
    rows({ view: { instruments: ['DI_PRE', 'NTN_B'], trades: [{ size: 1, side: 'LONG' }], gaps: [] } }),
  ).toEqual([
    [0, 'view', ''],
    [1, 'instruments', 'DI_PRE; NTN_B'],
    [1, 'trades', ''],
    [2, '1', 'size: 1; side: LONG'],
    [1, 'gaps', '–'],
  ]);
});

it('keeps what is nested deeply within the indents that there are', () => {
  const deepest = rows({ a: { b: { c: { d: { e: { f: true } } } } } }).at(-1);
  expect(deepest).toEqual([4, 'f', 'true']);
});

it('shows a number in the unit of its name or of all that stand beside it, and says what it comes from', () => {
  const outputs = {
    policy_gap: -1.3776729,
    r_star: { value: 2.36925758, n: 60 },
    view: {
      probabilities: { Goldilocks: 0.7 },
      trades: [{ size: 0.5, conviction: 0.42 }],
      regime: 'Reflation',
    },
  };
  const sources: Parameters<typeof listOutputs>[1] = [
    { path: 'policy_gap', units: { '*': 'pp' } },
    { path: 'r_star', units: { value: 'percent_per_year', n: 'months' } },
    { path: 'view.regime', units: {} },
    { path: 'view.probabilities', units: { '*': 'probability' } },
    { path: 'view.trades', units: { conviction: 'confidence', size: 'of_full_size' } },
  ];
  expect(listOutputs(outputs, sources).map(({ path, value, source }) => [path, value, source])).toEqual([
    ['policy_gap', '-1.38 pp', 'policy_gap'],
    ['r_star', '', 'r_star'],
    ['r_star.value', '2.37% a year', 'r_star'],
    ['r_star.n', '60 months', 'r_star'],
    ['view', '', null],
    ['view.regime', 'Reflation', 'view.regime'],
    ['view.probabilities', '', 'view.probabilities'],
    ['view.probabilities.Goldilocks', '70%', 'view.probabilities'],
    ['view.trades', '', 'view.trades'],
    ['view.trades.1', 'conviction: 42%; size: 0.50 of full size', 'view.trades'],
  ]);
});

it('takes no output for a part of another whose name it begins with', () => {
  const sources = [{ path: 'gross_debt', units: { '*': 'percent_of_gdp' } }];
  expect(listOutputs({ gross_debt_year_before: 84.5 }, sources)).toMatchObject([
    { value: '84.5', source: null },
  ]);
});

it('calls a finding what is a number or a word of its own, and not what explains', () => {
  const outputs = {
    regime: 'Reflation',
    r_star: { value: 2.4, reason: 'r* is not estimated' },
    gaps: [],
    warnings: ['stale'],
  };
  const sources = ['regime', 'r_star', 'gaps', 'warnings'].map((path) => ({ path, units: {} }));
  expect(listOutputs(outputs, sources).map(({ path, isFinding }) => [path, isFinding])).toEqual([
    ['regime', true],
    ['r_star', false],
    ['r_star.value', true],
    ['r_star.reason', false],
    ['gaps', false],
    ['warnings', false],
  ]);
});

it('shows one output alone without repeating its name', () => {
  const source = { path: 'r_star', units: { value: 'percent_per_year' } };
  expect(listOutput('r_star', { n: 3, value: 2.4 }, source)).toMatchObject([
    { depth: 0, name: 'value', value: '2.40% a year' },
    { depth: 0, name: 'n', value: '3' },
  ]);
  expect(listOutput('nfci', -0.2, { path: 'nfci', units: { '*': 'index' } })).toMatchObject([
    { depth: 0, name: 'nfci', value: '-0.20 index' },
  ]);
});

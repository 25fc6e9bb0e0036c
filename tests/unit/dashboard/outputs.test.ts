import { expect, it } from 'vitest';
import { listOutputs } from '../../../services/dashboard/web/src/signals/outputs.ts';

const rows = (outputs: Readonly<Record<string, unknown>>) =>
  listOutputs(outputs).map(({ depth, name, value }) => [depth, name, value]);

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

import type { OutputSource } from '../../../shared/contract/signals.ts';
import type { SignalInput } from './signal.ts';

/** What an agent gives beside signals: a number, a text or a record of them, in which units and from what. */
export interface Output {
  readonly value: unknown;
  /** By the name of the number; `*`: of every other, and of an output that is a number itself. */
  readonly units: OutputSource['units'];
  readonly inputs: readonly SignalInput[];
}

/** Outputs by where they stand among all of them: `r_star`, `view.trades`. */
export type Outputs = Readonly<Record<string, Output>>;

/** The values alone, `view.trades` under `trades` of `view`. */
export function nestValues(outputs: Outputs): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [path, { value }] of Object.entries(outputs)) {
    const names = path.split('.');
    const last = names.pop()!;
    let record = values;
    for (const name of names) record = (record[name] ??= {}) as Record<string, unknown>;
    record[last] = value;
  }
  return values;
}

/** What the values come from. */
export const listSources = (outputs: Outputs): OutputSource[] =>
  Object.entries(outputs).map(([path, { units, inputs }]) => ({ path, units, inputs: [...inputs] }));

/** An output that is one number. */
export const giveNumber = (value: number | null, unit: string, inputs: readonly SignalInput[]): Output => ({
  value,
  units: { '*': unit },
  inputs,
});

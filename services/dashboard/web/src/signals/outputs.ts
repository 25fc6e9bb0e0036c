import { NONE } from '../format.ts';

/** A line of the outputs of a report: a value, or the name of those below it. */
export interface OutputRow {
  /** Where it stands among the outputs: `view.trades.1.size`. */
  readonly path: string;
  readonly name: string;
  /** How many names it stands under, at most `DEEPEST`. */
  readonly depth: number;
  readonly value: string;
}

/** Indents that the style sheet knows. */
const DEEPEST = 4;
/** Significant digits of a number: outputs have no units that would say how many decimals. */
const DIGITS = 6;

const isPlain = (value: unknown): value is string | number | boolean | null =>
  value === null || typeof value !== 'object';

function describe(value: string | number | boolean | null): string {
  if (value === null) return NONE;
  return typeof value === 'number' ? String(Number(value.toPrecision(DIGITS))) : String(value);
}

const isRecord = (value: unknown): value is Readonly<Record<string, string | number | boolean | null>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(isPlain);

/** A name of the models in words; one that is written in capitals stays as it is. */
const nameOf = (key: string): string =>
  /^[a-z]/.test(key)
    ? key.replaceAll('_', ' ').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    : key;

const describeRecord = (record: Readonly<Record<string, string | number | boolean | null>>): string =>
  Object.entries(record)
    .map(([key, value]) => `${nameOf(key)}: ${describe(value)}`)
    .join('; ');

/** The items of a list, one a line where they are records of values. */
const listItems = (items: readonly unknown[]) =>
  items.map((item, index) => [String(index + 1), isRecord(item) ? describeRecord(item) : item] as const);

function listRow(name: string, value: unknown, depth: number, parent: string): OutputRow[] {
  const path = parent === '' ? name : `${parent}.${name}`;
  const row = { path, name: nameOf(name), depth: Math.min(depth, DEEPEST) };
  if (isPlain(value)) return [{ ...row, value: describe(value) }];
  const isList = Array.isArray(value);
  if (isList && value.every(isPlain))
    return [{ ...row, value: value.length === 0 ? NONE : value.map(describe).join('; ') }];
  const below = isList ? listItems(value) : Object.entries(value as object);
  return [
    { ...row, value: below.length === 0 ? NONE : '' },
    ...below.flatMap(([key, item]) => listRow(key, item, depth + 1, path)),
  ];
}

/** The outputs of a report line by line, what is nested below the name that it belongs to. */
export const listOutputs = (outputs: Readonly<Record<string, unknown>>): readonly OutputRow[] =>
  Object.entries(outputs).flatMap(([name, value]) => listRow(name, value, 0, ''));

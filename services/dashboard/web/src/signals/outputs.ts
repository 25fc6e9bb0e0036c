import type { OutputSource } from '../../../../../shared/contract/signals.ts';
import { findSource, unitOf } from '../../../../../shared/output-source.ts';
import { NONE } from '../format.ts';
import { formatQuantity } from '../quantity.ts';

/** A line of the outputs of a report: a value, or the name of those below it. */
export interface OutputRow {
  /** Where it stands among the outputs: `view.trades.1.size`. */
  readonly path: string;
  readonly name: string;
  /** How many names it stands under, at most `DEEPEST`. */
  readonly depth: number;
  readonly value: string;
  /** Path of the output whose lineage is that of the value; null where it is not recorded. */
  readonly source: string | null;
}

/** Indents that the style sheet knows. */
const DEEPEST = 4;
/** Significant digits of a number without a unit, which would say how many decimals. */
const DIGITS = 6;

const isPlain = (value: unknown): value is string | number | boolean | null =>
  value === null || typeof value !== 'object';

type Sources = readonly Pick<OutputSource, 'path' | 'units'>[];

function describe(value: string | number | boolean | null, path: string, sources: Sources): string {
  if (value === null) return NONE;
  if (typeof value !== 'number') return String(value);
  const source = findSource(sources, path);
  const unit = source === undefined ? null : unitOf(source, path);
  return unit === null ? String(Number(value.toPrecision(DIGITS))) : formatQuantity(value, unit);
}

const isRecord = (value: unknown): value is Readonly<Record<string, string | number | boolean | null>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(isPlain);

/** A name of the models in words; one that is written in capitals stays as it is. */
const nameOf = (key: string): string =>
  /^[a-z]/.test(key)
    ? key.replaceAll('_', ' ').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    : key;

const describeRecord = (
  record: Readonly<Record<string, string | number | boolean | null>>,
  path: string,
  sources: Sources,
): string =>
  Object.entries(record)
    .map(([key, value]) => `${nameOf(key)}: ${describe(value, `${path}.${key}`, sources)}`)
    .join('; ');

/** The items of a list, one a line where they are records of values. */
const listItems = (items: readonly unknown[], path: string, sources: Sources) =>
  items.map((item, index) => {
    const place = String(index + 1);
    return [place, isRecord(item) ? describeRecord(item, `${path}.${place}`, sources) : item] as const;
  });

function listRow(name: string, value: unknown, parent: readonly string[], sources: Sources): OutputRow[] {
  const names = [...parent, name];
  const path = names.join('.');
  const source = findSource(sources, path)?.path ?? null;
  const row = { path, name: nameOf(name), depth: Math.min(parent.length, DEEPEST), source };
  const show = (item: string | number | boolean | null): string => describe(item, path, sources);
  if (isPlain(value)) return [{ ...row, value: show(value) }];
  const isList = Array.isArray(value);
  if (isList && value.every(isPlain))
    return [{ ...row, value: value.length === 0 ? NONE : value.map(show).join('; ') }];
  const below = isList ? listItems(value, path, sources) : Object.entries(value as object);
  return [
    { ...row, value: below.length === 0 ? NONE : '' },
    ...below.flatMap(([key, item]) => listRow(key, item, names, sources)),
  ];
}

/** The outputs of a report line by line, what is nested below the name that it belongs to. */
export const listOutputs = (
  outputs: Readonly<Record<string, unknown>>,
  sources: Sources,
): readonly OutputRow[] =>
  Object.entries(outputs).flatMap(([name, value]) => listRow(name, value, [], sources));

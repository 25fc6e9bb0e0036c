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
  /** Whether the value is a finding, or holds a number: what has a lineage. Other text explains. */
  readonly isFinding: boolean;
  /** Path of the output whose lineage is that of the value; null where it is not recorded. */
  readonly source: string | null;
}

/** Indents that the style sheet knows. */
const DEEPEST = 4;
/** Significant digits of a number without a unit, which would say how many decimals. */
const DIGITS = 6;
/** What of a record is read first; the rest stands as it is stored, by the length of its names. */
const READ_FIRST = [
  'signalId',
  'rule',
  'instrument',
  'instruments',
  'direction',
  'conviction',
  'value',
  'score',
  'band',
  'size',
  'status',
];

type Plain = string | number | boolean | null;
type Sources = readonly Pick<OutputSource, 'path' | 'units'>[];

const isPlain = (value: unknown): value is Plain => value === null || typeof value !== 'object';

const isRecord = (value: unknown): value is Readonly<Record<string, Plain>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.values(value).every(isPlain);

const rankIn = (list: readonly string[], isIt: (item: string) => boolean): number => {
  const rank = list.findIndex(isIt);
  return rank < 0 ? list.length : rank;
};

/** The entries of a record in the order of their sources, then in that of `READ_FIRST`. */
function orderEntries(value: object, parent: readonly string[], sources: Sources): [string, unknown][] {
  const paths = sources.map(({ path }) => `${path}.`);
  const rank = (name: string): readonly [number, number] => {
    const path = `${[...parent, name].join('.')}.`;
    return [rankIn(paths, (source) => source.startsWith(path)), rankIn(READ_FIRST, (each) => each === name)];
  };
  return Object.entries(value).toSorted(([a], [b]) => {
    const [one, other] = [rank(a), rank(b)];
    return one[0] - other[0] || one[1] - other[1];
  });
}

function describe(value: Plain, path: string, sources: Sources): string {
  if (value === null) return NONE;
  if (typeof value !== 'number') return String(value);
  const source = findSource(sources, path);
  const unit = source === undefined ? null : unitOf(source, path);
  return unit === null ? String(Number(value.toPrecision(DIGITS))) : formatQuantity(value, unit);
}

/** A name of the models in words; one that is written in capitals stays as it is. */
const nameOf = (key: string): string =>
  /^[a-z]/.test(key)
    ? key.replaceAll('_', ' ').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    : key;

/** A record in a list, on one line. */
const describeRecord = (record: Readonly<Record<string, Plain>>, path: string, sources: Sources): string =>
  orderEntries(record, [path], sources)
    .map(([key, value]) => `${nameOf(key)}: ${describe(value as Plain, `${path}.${key}`, sources)}`)
    .join('; ');

function listRow(name: string, value: unknown, parent: readonly string[], sources: Sources): OutputRow[] {
  const names = [...parent, name];
  const path = names.join('.');
  const source = findSource(sources, path)?.path ?? null;
  const row = { path, name: nameOf(name), depth: Math.min(parent.length, DEEPEST), source };
  const show = (text: string, isFinding: boolean): OutputRow => ({ ...row, value: text, isFinding });
  if (isPlain(value)) {
    const isFinding = typeof value === 'number' || (typeof value === 'string' && path === source);
    return [show(describe(value, path, sources), isFinding)];
  }
  const isInList = /^\d+$/.test(name);
  if (isInList && isRecord(value))
    return [
      show(
        describeRecord(value, path, sources),
        Object.values(value).some((item) => typeof item === 'number'),
      ),
    ];
  if (Array.isArray(value) && value.every(isPlain)) {
    const texts = value.map((item) => describe(item, path, sources));
    return [
      show(
        texts.length === 0 ? NONE : texts.join('; '),
        value.some((item) => typeof item === 'number'),
      ),
    ];
  }
  const below = Array.isArray(value)
    ? value.map((item, place): [string, unknown] => [String(place + 1), item])
    : orderEntries(value as object, names, sources);
  return [
    show(below.length === 0 ? NONE : '', false),
    ...below.flatMap(([key, item]) => listRow(key, item, names, sources)),
  ];
}

/** The outputs of a report line by line, what is nested below the name that it belongs to. */
export const listOutputs = (
  outputs: Readonly<Record<string, unknown>>,
  sources: Sources,
): readonly OutputRow[] =>
  orderEntries(outputs, [], sources).flatMap(([name, value]) => listRow(name, value, [], sources));

/** One output line by line, without its name where there is something below it. */
export function listOutput(
  path: string,
  value: unknown,
  source: Pick<OutputSource, 'path' | 'units'>,
): readonly OutputRow[] {
  const [head, ...below] = listRow(path, value, [], [source]);
  return below.length === 0 ? [head!] : below.map((row) => ({ ...row, depth: Math.max(0, row.depth - 1) }));
}

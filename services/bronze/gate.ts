import type { Asked, Candidate, PointValues } from '../../shared/checks/check.ts';
import { sortCandidates } from '../../shared/checks/measure.ts';
import { collectSide } from '../../shared/checks/reconcile.ts';
import { describeSide, listCounterparts, type Side } from '../../shared/checks/reconciliations.ts';
import {
  runChecks,
  type CheckedKey,
  type HeldCandidate,
  type Override,
} from '../../shared/checks/run-checks.ts';
import type { BronzeRow, Connector, KeyDefinition } from '../../shared/connectors/connector.ts';
import { readNeighbours, readSide } from '../../shared/db/check-inputs.ts';
import { listOverrides } from '../../shared/db/check-overrides.ts';
import { storeCheckResults } from '../../shared/db/checks.ts';
import type { Transaction } from '../../shared/db/client.ts';
import { isRecorded, type CoveredWindow } from '../../shared/db/coverage.ts';
import type { IngestRow } from '../../shared/db/ingest.ts';
import type { HeldRow } from '../../shared/db/task-keys.ts';
import { countChecks } from '../../shared/metrics.ts';
import type { BronzeName } from '../../shared/pipeline/graph.ts';

/** A key whose windows have been parsed, on its way to the fact tables. */
export interface ParsedRows {
  readonly key: KeyDefinition;
  readonly items: readonly IngestRow[];
  readonly parsedWindows: readonly CoveredWindow[];
}

/** What the gate needs to know of the task. */
export interface GateContext {
  readonly asset: BronzeName;
  readonly connector: Connector;
  /** Null outside of a task: the results are not stored then. */
  readonly taskId: string | null;
  /** Gives the event loop a turn between keys. */
  readonly breathe: () => Promise<void>;
}

/** Field of the number that stands for a row, as `valueOf` takes it. */
const VALUE_FIELDS: Readonly<Partial<Record<BronzeRow['table'], Side['field']>>> = {
  observations: 'value',
  bars: 'close',
  fixings: 'ask',
};

/** What was asked, from the windows that were parsed: inside them, and inside what a replayed provider has recorded. */
function describeAsked(windows: readonly CoveredWindow[]): Asked {
  const recorded = windows.filter(({ isUnrecorded }) => !isUnrecorded);
  return {
    at: Math.max(...windows.map(({ fetchedAt }) => fetchedAt)),
    to: recorded.map(({ window }) => window.to).reduce((last, to) => (to > last ? to : last), ''),
    covers: (date) =>
      recorded.some(
        (covered) => covered.window.from <= date && date <= covered.window.to && isRecorded(covered, date),
      ),
  };
}

/** The candidates of one key, whatever file they came in, and the windows of that file. */
interface KeyRows {
  readonly key: KeyDefinition;
  readonly candidates: readonly IngestRow[];
  readonly windows: readonly CoveredWindow[];
}

/** One file may bring the rows of several keys: each is checked by its own definition. */
function listKeyRows(connector: Connector, parsed: readonly ParsedRows[]): KeyRows[] {
  const definitions = new Map(connector.keys.map((key) => [key.key, key]));
  return parsed.flatMap((owner) =>
    [...Map.groupBy(owner.items, ({ row }) => row.key)].flatMap(([name, items]): KeyRows[] => {
      const key = definitions.get(name);
      if (key === undefined) return [];
      return [{ key, candidates: sortCandidates(items) as IngestRow[], windows: owner.parsedWindows }];
    }),
  );
}

/** The other sides of the reconciliations of a key: what is stored, and over it what this task is about to store. */
async function readCounterparts(
  tx: Transaction,
  rows: KeyRows,
  all: readonly KeyRows[],
): Promise<ReadonlyMap<string, PointValues>> {
  const from = rows.candidates[0]?.row.date;
  const to = rows.candidates.at(-1)?.row.date;
  if (from === undefined || to === undefined) return new Map();
  const found = new Map<string, PointValues>();
  for (const side of listCounterparts(rows.key.key)) {
    const stored = await readSide(tx, side, from, to);
    const coming = all
      .filter(({ key }) => key.key === side.key)
      .flatMap(({ candidates }) => [...collectSide(side, candidates)]);
    found.set(describeSide(side), new Map([...stored, ...coming]));
  }
  return found;
}

/** The newest stored values of the dates of a key that are about to be stored again; none for a curve. */
async function readStored(tx: Transaction, { key, candidates }: KeyRows): Promise<PointValues> {
  const first = candidates[0]?.row;
  const last = candidates.at(-1)?.row;
  if (first === undefined || last === undefined || key.jumpBound === undefined) return new Map();
  const field = VALUE_FIELDS[first.table];
  if (field === undefined) return new Map();
  return readSide(tx, { key: key.key, field }, first.date, last.date);
}

async function checkKey(
  tx: Transaction,
  rows: KeyRows,
  all: readonly KeyRows[],
  overrides: readonly Override[],
): Promise<CheckedKey> {
  const { key, candidates, windows } = rows;
  const first = candidates[0];
  const isCompared = key.jumpBound !== undefined || key.maxStaleness !== undefined;
  const neighbours: readonly Candidate[] =
    first === undefined || !isCompared
      ? []
      : await readNeighbours(tx, key.key, first.row.table, first.row.date);
  const counterparts = await readCounterparts(tx, rows, all);
  const stored = await readStored(tx, rows);
  const asked = describeAsked(windows);
  return runChecks({ key, candidates, neighbours, stored, asked, counterparts }, overrides);
}

function toHeldRow({ candidate: { row }, check, reason }: HeldCandidate): HeldRow {
  return { key: row.key, date: row.date, reason, check, raw: JSON.stringify(row) };
}

/**
 * Checks parsed rows before anything downstream can see them: stores the result of every check, and returns the keys
 * without the rows that a blocking check holds back, and those beside them, for the quarantine.
 */
export async function gateRows<Parsed extends ParsedRows>(
  tx: Transaction,
  context: GateContext,
  parsed: readonly Parsed[],
): Promise<(Parsed & { readonly held: readonly HeldRow[] })[]> {
  const all = listKeyRows(context.connector, parsed);
  const overrides = await listOverrides(tx, [...new Set(all.map(({ key }) => key.key))]);
  const checked: CheckedKey[] = [];
  for (const rows of all) {
    await context.breathe();
    checked.push(await checkKey(tx, rows, all, overrides));
  }
  const { taskId, asset } = context;
  if (taskId !== null) {
    const results = checked.flatMap((key) => key.results);
    await storeCheckResults(tx, taskId, asset, results);
    countChecks(results);
  }
  const held = new Map<Candidate, HeldCandidate>(
    checked.flatMap((key) => key.held.map((item) => [item.candidate, item] as const)),
  );
  return parsed.map((key) => ({
    ...key,
    items: key.items.filter((item) => !held.has(item)),
    held: key.items.flatMap((item) => {
      const found = held.get(item);
      return found === undefined ? [] : [toHeldRow(found)];
    }),
  }));
}

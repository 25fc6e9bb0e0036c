import type { BronzeRow, KeyDefinition } from '../connectors/connector.ts';
import type { Day, Instant } from '../time.ts';

/** `block`: the rows that fail are held back. `warn`: the failure is recorded, the rows are taken. */
export type Severity = 'block' | 'warn';

/** A parsed row on its way to a fact table, with the answer it came from and the moment it was seen. */
export interface Candidate {
  readonly row: BronzeRow;
  readonly payloadId: number | null;
  readonly seenAt: Instant;
}

/** What was asked of the provider when the candidates came. */
export interface Asked {
  /** Moment of the newest of the fetches. */
  readonly at: Instant;
  /** True for a date inside a window that was asked for and that the provider has a record of. */
  covers(date: Day): boolean;
  /** Last date for which `covers` may be true. */
  readonly to: Day;
}

/** Numbers of another key by point: a date, or a date and business days for a curve. */
export type PointValues = ReadonlyMap<string, number>;

/** What a check sees of one key: its candidates, and what is stored beside them. Nothing else, and no clock. */
export interface CheckInput {
  readonly key: KeyDefinition;
  /** Ascending by date, then by vintage. */
  readonly candidates: readonly Candidate[];
  /** The stored values of the last date before the first candidate, as candidates. */
  readonly neighbours: readonly Candidate[];
  /** Newest stored values of the dates of the candidates, by date; none for a curve. */
  readonly stored: PointValues;
  readonly asked: Asked;
  /** Numbers of the other side of each reconciliation of the key, by `describeSide`. */
  readonly counterparts: ReadonlyMap<string, PointValues>;
  /** True for a candidate that an earlier check holds back: it is tested, but nothing is compared with it. */
  isHeld(candidate: Candidate): boolean;
  /** True when somebody decided that the failures of this check on a date are to be taken. */
  isOverridden(date: Day): boolean;
}

/** One failure; `candidate` is null when nothing can be held back for it (a row that is missing). */
export interface Failure {
  readonly date: Day;
  readonly candidate: Candidate | null;
  /** What came, in words: `61.923`. */
  readonly observed: string;
}

/** What a check found in the candidates of a key. */
export interface Verdict {
  /** How many values (or dates) were looked at. */
  readonly tested: number;
  readonly failures: readonly Failure[];
  /** What would have passed, in words and units: `0.5 … 15 brl_per_usd`. */
  readonly expected: string;
}

/** A test of the candidates of one key; null when it says nothing about the key. */
export type CheckTest = (input: CheckInput) => Verdict | null;

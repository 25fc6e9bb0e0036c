import type { Instant } from '../../../shared/time.ts';

/** A value of a period and the moment from which it was in force; null = withdrawn. */
export interface Revision {
  readonly place: number;
  readonly value: number | null;
  /** Revision of the bronze row; of a derived value the highest one among its inputs. */
  readonly revision: number;
  readonly knownAt: Instant;
}

/** A derived value; every null says why. */
export type Outcome = { readonly value: number } | { readonly value: null; readonly reason: string };

/** A derived value and the greatest release time among its inputs when it took effect. */
export interface DerivedRevision extends Revision {
  readonly reason: string | null;
  /** What each input gave, in their order; inputs that gave no value are left out. */
  readonly used: readonly UsedPlaces[];
}

/** The periods of input number `input` whose values were used, and their highest revision. */
export interface UsedPlaces {
  readonly input: number;
  readonly first: number;
  readonly last: number;
  readonly revision: number;
}

/** What is known of one input at a moment. */
export interface View {
  /** Value of a period, null when unknown or withdrawn. */
  at(place: number): number | null;
  /** Last period with a value, −Infinity without. */
  last(): number;
}

/** How the values of a derived series follow from its inputs. */
export interface Formula {
  /** Periods whose result can change when input number `input` changes at `place`. */
  reach(place: number, input: number, views: readonly View[]): Iterable<number>;
  /** Result of a period from what is known; null = the period has no row. */
  compute(place: number, views: readonly View[]): Outcome | null;
}

/** Reason of a row whose inputs are no longer there. */
const INPUT_WITHDRAWN = 'input withdrawn';

const COMPUTATIONS_PER_BREATH = 200;

interface WritableView extends View {
  set(revision: Revision): void;
  /** Forgets which periods were used. */
  rewind(): void;
  /** Periods used since then. */
  used(): Omit<UsedPlaces, 'input'> | null;
}

function createView(): WritableView {
  const values = new Map<number, { readonly value: number; readonly revision: number }>();
  let highest = -Infinity;
  let first = Infinity;
  let last = -Infinity;
  let revision = 0;
  return {
    at(place) {
      const known = values.get(place);
      if (known === undefined) return null;
      if (place < first) first = place;
      if (place > last) last = place;
      if (known.revision > revision) revision = known.revision;
      return known.value;
    },
    last: () => highest,
    set({ place, value, revision: number }) {
      if (value !== null) {
        values.set(place, { value, revision: number });
        highest = Math.max(highest, place);
        return;
      }
      values.delete(place);
      if (place === highest) highest = [...values.keys()].reduce((high, at) => Math.max(high, at), -Infinity);
    },
    rewind() {
      first = Infinity;
      last = -Infinity;
      revision = 0;
    },
    used: () => (last === -Infinity ? null : { first, last, revision }),
  };
}

function listUsed(views: readonly WritableView[]): UsedPlaces[] {
  return views.flatMap((view, input) => {
    const used = view.used();
    return used === null ? [] : [{ input, ...used }];
  });
}

/**
 * Replays the history of knowledge: applies the revisions of all inputs in the order of their moments, recomputes what
 * each moment touches, and returns a revision wherever a result differs from the one in force (a change of lineage alone
 * gives none). What later revisions say never changes an earlier result, and the order of `inputs` within one moment
 * leaves no trace: of a period the highest revision counts.
 */
export async function deriveRevisions(
  inputs: readonly (readonly Revision[])[],
  formula: Formula,
  breathe: () => Promise<void>,
): Promise<DerivedRevision[]> {
  const views = inputs.map(createView);
  const events = inputs
    .flatMap((revisions, input) => revisions.map((revision) => ({ input, revision })))
    .sort((a, b) => a.revision.knownAt - b.revision.knownAt || a.revision.revision - b.revision.revision);
  const inForce = new Map<number, Outcome>();
  const derived: DerivedRevision[] = [];
  let computations = 0;
  for (let start = 0; start < events.length;) {
    const { knownAt } = events[start]!.revision;
    let end = start;
    while (end < events.length && events[end]!.revision.knownAt === knownAt) {
      const { input, revision } = events[end]!;
      views[input]!.set(revision);
      end += 1;
    }
    const touched = new Set<number>();
    for (const { input, revision } of events.slice(start, end)) {
      for (const place of formula.reach(revision.place, input, views)) touched.add(place);
    }
    for (const place of [...touched].sort((a, b) => a - b)) {
      const before = inForce.get(place);
      for (const view of views) view.rewind();
      const after = formula.compute(place, views) ?? withdraw(before);
      computations += 1;
      if (computations % COMPUTATIONS_PER_BREATH === 0) await breathe();
      if (after === null || isSame(before, after)) continue;
      inForce.set(place, after);
      const used = listUsed(views);
      derived.push({
        place,
        knownAt,
        value: after.value,
        reason: after.value === null ? after.reason : null,
        revision: Math.max(0, ...used.map(({ revision }) => revision)),
        used,
      });
    }
    start = end;
  }
  return derived;
}

function withdraw(before: Outcome | undefined): Outcome | null {
  return before === undefined ? null : { value: null, reason: INPUT_WITHDRAWN };
}

function isSame(before: Outcome | undefined, after: Outcome): boolean {
  if (before === undefined || before.value !== after.value) return false;
  return before.value !== null || after.value !== null || before.reason === after.reason;
}

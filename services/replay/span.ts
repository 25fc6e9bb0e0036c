/** First and last recorded day of a key, ISO dates, both inclusive. */
export interface Span {
  readonly first: string;
  readonly last: string;
}

const DAY_MS = 86_400_000;

/** Whole days from one ISO date to another. */
export function countDays(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** Joins spans that overlap or lie at most `maxGapDays` apart; ascending. Longer gaps stay gaps: nobody recorded them. */
export function mergeSpans(spans: readonly Span[], maxGapDays: number): readonly Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    const previous = merged.at(-1);
    if (previous !== undefined && countDays(previous.last, span.first) <= maxGapDays) {
      merged[merged.length - 1] = {
        first: previous.first,
        last: previous.last > span.last ? previous.last : span.last,
      };
    } else {
      merged.push(span);
    }
  }
  return merged;
}

/** The spans that share at least one day with the window. */
export function listSpansWithin(spans: readonly Span[], window: Span): readonly Span[] {
  return spans.filter((span) => span.first <= window.last && span.last >= window.first);
}

/** The smallest span around all of them; undefined for none. */
export function hullSpans(spans: readonly Span[]): Span | undefined {
  const first = spans[0];
  if (first === undefined) return undefined;
  return spans.reduce(
    (hull, span) => ({
      first: span.first < hull.first ? span.first : hull.first,
      last: span.last > hull.last ? span.last : hull.last,
    }),
    first,
  );
}

/** First and last of a list of ISO dates in any order; undefined for none. */
export function spanDates(dates: Iterable<string>): Span | undefined {
  let span: Span | undefined;
  for (const date of dates) {
    if (span === undefined) span = { first: date, last: date };
    else if (date < span.first) span = { first: date, last: span.last };
    else if (date > span.last) span = { first: span.first, last: date };
  }
  return span;
}

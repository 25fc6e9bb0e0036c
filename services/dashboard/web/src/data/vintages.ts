import type { Client } from '../../../../../shared/client/client.ts';
import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listObservations } from '../../../../../shared/contract/series.ts';
import { dayInZone, SAO_PAULO, type Day } from '../../../../../shared/time.ts';
import { collect } from '../collect.ts';

/** One vintage of a value, as published or as silver derived it. */
export interface Vintage {
  readonly date: string;
  /** `2021-12`, `2021-Q4`, or the day. */
  readonly period: string;
  readonly value: string | null;
  readonly unit: string;
  /** When it became public, or when its inputs had. */
  readonly knownAt: string;
  /** Null for what is derived. */
  readonly revision: number | null;
  /** False for the newest vintage of a value that may have been revised: it stands under an old release time. */
  readonly isPrint: boolean;
  /** Where the moment and the vintage come from, or why there is no value. */
  readonly basis: string;
}

/** Which values of a series. */
export interface VintageFilter {
  readonly key: string;
  /** Undefined: as published. */
  readonly transform: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly asOf?: string | undefined;
  readonly vintages: 'latest' | 'all';
}

type Row = Answer<typeof listObservations>['data'][number];

function toVintage(row: Row): Vintage {
  const { observationDate: date, value, unit } = row;
  if ('releaseTime' in row) {
    const { revision, releaseTime, releaseTimeBasis, vintageBasis } = row;
    const basis = `released: ${releaseTimeBasis}, vintage: ${vintageBasis}`.replaceAll('_', ' ');
    const isPrint = vintageBasis !== 'latest';
    return { date, period: date, value, unit, knownAt: releaseTime, revision, isPrint, basis };
  }
  const basis = row.reason ?? row.flags.join(', ');
  return {
    date,
    period: row.period,
    value,
    unit,
    knownAt: row.knownAt,
    revision: null,
    isPrint: true,
    basis,
  };
}

/** Values of a series by date, each with the moment of its knowledge. */
export async function listVintages(api: Client, filter: VintageFilter): Promise<readonly Vintage[]> {
  const { key, ...query } = filter;
  const rows = await collect<Row>((cursor) =>
    api.listObservations({ params: { key }, query: { ...query, cursor, limit: 10_000 } }),
  );
  return rows.map(toVintage);
}

/** What became of the value of one date. */
export interface Revised {
  readonly date: string;
  readonly period: string;
  readonly unit: string;
  /** The first that is known. */
  readonly first: Vintage;
  /** What was printed first; null where only a later vintage is known. */
  readonly firstPrint: string | null;
  readonly latest: Vintage;
  readonly vintages: number;
}

/** Every vintage of a series, by date: the first print, the latest, and how many there are. */
export function groupByDate(vintages: readonly Vintage[]): readonly Revised[] {
  const byDate = Map.groupBy(vintages, ({ date }) => date);
  return [...byDate].map(([date, all]) => {
    const inOrder = all.toSorted((a, b) => (a.knownAt < b.knownAt ? -1 : a.knownAt > b.knownAt ? 1 : 0));
    const first = inOrder[0]!;
    const latest = inOrder.at(-1)!;
    const firstPrint = first.isPrint ? first.value : null;
    return { date, period: first.period, unit: first.unit, first, firstPrint, latest, vintages: all.length };
  });
}

/** The days in São Paulo between which the knowledge of a series changed. There is a value at least. */
export function spanOfKnowledge(revised: readonly Revised[]): { readonly first: Day; readonly last: Day } {
  const dayOf = (knownAt: string): Day => dayInZone(Date.parse(knownAt), SAO_PAULO);
  const first = revised.map((one) => one.first.knownAt).reduce((a, b) => (a < b ? a : b));
  const last = revised.map((one) => one.latest.knownAt).reduce((a, b) => (a > b ? a : b));
  return { first: dayOf(first), last: dayOf(last) };
}

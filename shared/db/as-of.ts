import { sql, type SQL } from 'drizzle-orm';
import { toIso, type Instant } from '../time.ts';

/** The moment from which a row may be used: bronze facts have a release time, what is derived from them a known time. */
export type KnowledgeColumn = 'release_time' | 'known_at';

/** The condition that a row could be known at a moment. The one place that compares knowledge with a cutoff. */
export function isKnownBy(column: KnowledgeColumn, asOf: Instant): SQL {
  return sql`${sql.identifier(column)} <= ${toIso(asOf)}::timestamptz`;
}

/** The condition that a row became known in the interval `(after, until]`, as that of a partition. */
export function becameKnown(column: KnowledgeColumn, after: Instant, until: Instant): SQL {
  return sql`(${sql.identifier(column)} > ${toIso(after)}::timestamptz and ${isKnownBy(column, until)})`;
}

/** A read of rows as they were known. Names of columns are those of the database. */
export interface AsOfQuery {
  readonly from: SQL;
  readonly columns: SQL;
  readonly column: KnowledgeColumn;
  /** What identifies a fact: of each, one row is in force. */
  readonly identity: SQL;
  /** The same columns as they are to be sorted; ascending by default. */
  readonly order?: SQL;
  /** Which of the rows that share a moment is the later one, descending; nothing when a moment has one row. */
  readonly latest?: SQL;
  readonly where: SQL;
  readonly asOf: Instant;
}

/** Selects of each fact the row in force at a moment: the greatest moment up to it, among equals the latest vintage. */
export function selectInForce({
  from,
  columns,
  column,
  identity,
  order = identity,
  latest,
  where,
  asOf,
}: AsOfQuery): SQL {
  const vintage = latest === undefined ? sql`` : sql`, ${latest} desc`;
  return sql`
    select distinct on (${identity}) ${columns} from ${from}
    where ${where} and ${isKnownBy(column, asOf)}
    order by ${order}, ${sql.identifier(column)} desc${vintage}`;
}

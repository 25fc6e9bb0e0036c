import { getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { TableKey } from './column-comments.ts';
import * as schema from './schema.ts';

type Right = 'insert' | 'update' | 'delete' | `update (${string})`;

/** Vintages are never changed; what is derived from the whole set of them is. */
const FACT: readonly Right[] = [
  'insert',
  'update (revision, release_time, release_time_basis, vintage_basis)',
];
/** Silver is a function of bronze: what the model gives no more is removed. */
const DERIVED: readonly Right[] = ['insert', 'update', 'delete'];

/** What services do to each table beside reading it. Whatever is history is only added to. */
const WRITER_RIGHTS: Readonly<Record<TableKey, readonly Right[]>> = {
  backfills: ['insert', 'update'],
  ticks: ['insert', 'update (run_id)'],
  schedulePauses: ['insert', 'update (resumed_at, resumed_by)'],
  runs: ['insert', 'update'],
  tasks: ['insert', 'update'],
  taskEvents: ['insert'],
  materializations: ['insert', 'update'],
  payloads: ['insert'],
  // The scheduler keeps PAYLOAD_RETENTION_DAYS.
  payloadBodies: ['insert', 'delete'],
  providerRequests: ['insert'],
  coverage: ['insert', 'update', 'delete'],
  // A later attempt of a task says anew what became of its keys.
  taskKeys: ['insert', 'delete'],
  rejectedRows: ['insert'],
  checkResults: ['insert', 'delete'],
  checkOverrides: ['insert'],
  auditLog: ['insert'],
  alerts: ['insert', 'update (severity, message, last_seen_at, resolved_at)'],
  alertRules: ['insert', 'update'],
  alertDeliveries: ['insert', 'update'],
  digests: ['insert'],
  // All of it, because two replicas keep each other from making two keys of one name by a lock of the table.
  apiKeys: ['insert', 'update'],
  // The scheduler keeps thirty days of them.
  events: ['insert', 'delete'],
  valueOverrides: ['insert'],
  bronzeVersions: ['insert', 'update'],
  silverVersions: ['insert', 'update'],
  series: ['insert', 'update'],
  instruments: ['insert', 'update'],
  observations: FACT,
  bars: FACT,
  corporateActions: FACT,
  fixings: FACT,
  curvePoints: FACT,
  silverMacro: DERIVED,
  silverPrice: DERIVED,
  silverStat: DERIVED,
  silverCurvePoint: DERIVED,
  silverCurveFit: DERIVED,
  silverCurveMetric: DERIVED,
  agentReports: ['insert'],
  signals: ['insert'],
};

/** The tables of the schema, as the database names them. */
export function listTables(): string[] {
  const tables: Readonly<Record<TableKey, PgTable>> = schema;
  return (Object.keys(WRITER_RIGHTS) as TableKey[]).map((key) => getTableName(tables[key]));
}

/**
 * Statements that give the roles of `roles.ts` exactly their rights, without semicolons. Running them again changes nothing.
 */
export function listGrants(): string[] {
  const tables: Readonly<Record<TableKey, PgTable>> = schema;
  const ofTables = (Object.keys(WRITER_RIGHTS) as TableKey[]).flatMap((key) => {
    const name = `public."${getTableName(tables[key])}"`;
    const rights = ['select', ...WRITER_RIGHTS[key]].join(', ');
    return [`revoke all on ${name} from macro_writer`, `grant ${rights} on ${name} to macro_writer`];
  });
  return [
    'grant usage on schema public, drizzle to macro_writer',
    'grant usage on all sequences in schema public to macro_writer',
    // The doctor compares the migrations of the database with those of the program.
    'grant select on all tables in schema drizzle to macro_writer',
    ...ofTables,
    'grant usage on schema research to macro_reader',
    'grant select on all tables in schema research to macro_reader',
  ];
}

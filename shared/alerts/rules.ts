import { graph, type AssetName } from '../pipeline/graph.ts';

/**
 * What a rule can watch, with the unit of its threshold (null: it has none) and whether it has a time of day. `digest`
 * raises nothing: it says by when the morning digest is sent.
 */
export const RULE_KINDS = {
  deadline: { threshold: null, hasDeadline: true },
  staleness: { threshold: 'weekdays', hasDeadline: false },
  failed_run: { threshold: 'runs within a day', hasDeadline: false },
  missed_tick: { threshold: null, hasDeadline: false },
  provider_down: { threshold: 'failed requests', hasDeadline: false },
  check_blocked: { threshold: null, hasDeadline: false },
  crash_loop: { threshold: null, hasDeadline: false },
  calendar_horizon: { threshold: 'days', hasDeadline: false },
  digest: { threshold: null, hasDeadline: true },
} as const satisfies Readonly<
  Record<string, { readonly threshold: string | null; readonly hasDeadline: boolean }>
>;

/** Stored names of the kinds of rules. */
export type RuleKind = keyof typeof RULE_KINDS;

export type Severity = 'warning' | 'critical';

/** When an alert is raised and for what. */
export interface AlertRule {
  readonly name: string;
  readonly kind: RuleKind;
  readonly severity: Severity;
  /** In the unit of the kind; null for kinds without one. */
  readonly threshold: number | null;
  /** `HH:MM` on the wall clock of the schedule; null for kinds without one. */
  readonly deadline: string | null;
  /** Assets it watches; null for all. */
  readonly assets: readonly AssetName[] | null;
  /** Minutes for which an alert that was delivered is not delivered again. */
  readonly cooldownMinutes: number;
  readonly enabled: boolean;
}

/** Name of the rule that says by when the morning digest is sent. */
export const DIGEST_RULE = 'morning_digest';

/** Data must be ready two and a half hours after the run of the day begins, before the desk opens. */
const READY_BY = '08:30';

function define(
  name: string,
  kind: RuleKind,
  severity: Severity,
  detail: Partial<AlertRule> = {},
): AlertRule {
  const standard = { threshold: null, deadline: null, assets: null, cooldownMinutes: 30, enabled: true };
  return { name, kind, severity, ...standard, ...detail };
}

/** The rules of a new database, in the order in which they are shown. What people change later stays as they set it. */
export const DEFAULT_RULES: readonly AlertRule[] = [
  ...graph.names.map((asset) =>
    define(`deadline_${asset}`, 'deadline', 'critical', { deadline: READY_BY, assets: [asset] }),
  ),
  define('staleness', 'staleness', 'warning', { threshold: 2 }),
  define('failed_run', 'failed_run', 'critical', { threshold: 1 }),
  define('missed_tick', 'missed_tick', 'critical'),
  define('provider_down', 'provider_down', 'critical', { threshold: 3 }),
  define('check_blocked', 'check_blocked', 'critical'),
  define('crash_loop', 'crash_loop', 'critical'),
  define('calendar_horizon', 'calendar_horizon', 'warning', { threshold: 60 }),
  define(DIGEST_RULE, 'digest', 'warning', { deadline: READY_BY }),
];

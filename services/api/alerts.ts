import { listChannels } from '../../shared/alerts/channels.ts';
import { RULE_KINDS } from '../../shared/alerts/rules.ts';
import * as endpoints from '../../shared/contract/alerts.ts';
import { toPage } from '../../shared/contract/cursor.ts';
import { getDigest, listDigests as listDigestsEndpoint } from '../../shared/contract/digests.ts';
import { listDeliveries, queueTest } from '../../shared/db/alert-deliveries.ts';
import { changeRule, findRule, listRules, type AlertRuleView } from '../../shared/db/alert-rules.ts';
import { listAlerts } from '../../shared/db/alerts.ts';
import { findDigest, listDigests } from '../../shared/db/digests.ts';
import { nameOrigin } from './change-origin.ts';
import type { ApiContext } from './context.ts';
import { notFound, ProblemError } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

const showRule = (rule: AlertRuleView) => ({ ...rule, thresholdUnit: RULE_KINDS[rule.kind].threshold });

/** @throws ProblemError when the kind of the rule has no such field */
function refuseForeignFields(
  { name, kind }: AlertRuleView,
  change: { readonly threshold?: number | undefined; readonly deadline?: string | undefined },
): void {
  const { threshold, hasDeadline } = RULE_KINDS[kind];
  const foreign = [
    ...(change.threshold !== undefined && threshold === null ? ['threshold'] : []),
    ...(change.deadline !== undefined && !hasDeadline ? ['deadline'] : []),
  ];
  if (foreign.length === 0) return;
  const detail = `a rule of the kind ${kind} has none`;
  const errors = foreign.map((field) => ({ pointer: `#/${field}`, detail }));
  throw new ProblemError('invalid-request', `${name}: ${foreign.join(' and ')}: ${detail}`, errors);
}

function ruleRoutes({ db, log, now }: ApiContext): Route[] {
  return [
    serveEndpoint(endpoints.listAlertRules, async () => ({
      status: 200,
      body: { data: (await listRules(db)).map(showRule), nextCursor: null },
    })),
    serveEndpoint(endpoints.changeAlertRule, async ({ params: { name }, body }, { principal }) => {
      const { actor: _actor, reason: _reason, ...change } = body;
      const origin = nameOrigin(body, principal);
      const rule = await findRule(db, name);
      if (rule === null) throw notFound(`There is no rule ${name}`);
      refuseForeignFields(rule, change);
      const changed = await changeRule(db, name, change, { ...origin, now: now() });
      if (changed === null) throw notFound(`There is no rule ${name}`);
      log.info({ rule: name, change, ...origin }, 'rule of alerts changed');
      return { status: 200, body: showRule(changed) };
    }),
  ];
}

function deliveryRoutes({ db, log, now, config }: ApiContext): Route[] {
  return [
    serveEndpoint(endpoints.listAlertDeliveries, async ({ query: { limit, cursor, ...filter } }) => {
      const rows = await listDeliveries(db, { ...filter, before: cursor?.[0], limit: limit + 1 });
      return {
        status: 200,
        body: toPage(
          rows,
          limit,
          (row) => row,
          ({ id }) => [id],
        ),
      };
    }),
    serveEndpoint(endpoints.testAlertChannels, async ({ body }, { principal }) => {
      const channels = listChannels(config);
      const origin = nameOrigin(body, principal);
      const ids = await queueTest(db, origin, { now: now(), channels });
      log.info({ channels, ...origin }, 'test of the channels asked for');
      return {
        status: 202,
        body: { data: await listDeliveries(db, { ids, limit: ids.length }), nextCursor: null },
      };
    }),
  ];
}

function digestRoutes({ db }: ApiContext): Route[] {
  return [
    serveEndpoint(listDigestsEndpoint, async ({ query: { limit, cursor } }) => {
      const rows = await listDigests(db, { before: cursor?.[0], limit: limit + 1 });
      return {
        status: 200,
        body: toPage(
          rows,
          limit,
          (row) => row,
          ({ partition }) => [partition],
        ),
      };
    }),
    serveEndpoint(getDigest, async ({ params: { partition } }) => {
      const digest = await findDigest(db, partition);
      if (digest === null) throw notFound(`There is no digest of ${partition}`);
      return { status: 200, body: digest };
    }),
  ];
}

/** The log of alerts, their rules and deliveries, and the morning digests. */
export function alertRoutes(context: ApiContext): Route[] {
  const { db } = context;
  return [
    serveEndpoint(endpoints.listAlerts, async ({ query: { open, limit, cursor } }) => {
      const alerts = await listAlerts(db, { open, before: cursor?.[0], limit: limit + 1 });
      return {
        status: 200,
        body: toPage(
          alerts,
          limit,
          (alert) => alert,
          ({ id }) => [id],
        ),
      };
    }),
    ...ruleRoutes(context),
    ...deliveryRoutes(context),
    ...digestRoutes(context),
  ];
}

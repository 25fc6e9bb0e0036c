import type { AlertCondition } from '../../../shared/db/alerts.ts';
import type { AlertRule } from '../../../shared/alerts/rules.ts';
import type { Config } from '../../../shared/config.ts';
import type { Database } from '../../../shared/db/client.ts';
import type { Logger } from '../../../shared/logger.ts';
import type { SharedStatePlace } from '../../../shared/provider-state.ts';
import type { Instant } from '../../../shared/time.ts';

/** What rules look at. The moment is given: a rule reads no clock. */
export interface RuleContext extends SharedStatePlace {
  readonly db: Database;
  readonly config: Pick<
    Config,
    'QUEUE_PREFIX' | 'PROVIDER_RATES' | 'SCHEDULE_ENABLED' | 'SCHEDULE_CRON' | 'SCHEDULE_TZ'
  >;
  readonly log: Logger;
  readonly now: Instant;
}

/** What a rule finds true now. */
export type FindConditions = (context: RuleContext, rule: AlertRule) => Promise<AlertCondition[]>;

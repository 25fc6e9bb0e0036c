import type { Redis } from 'ioredis';
import type { ChannelSwitches } from '../../shared/alerts/channels.ts';
import type { Config } from '../../shared/config.ts';
import type { Database } from '../../shared/db/client.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Instant } from '../../shared/time.ts';

/** What the routes work with. */
export interface ApiContext {
  readonly db: Database;
  /** Only read (is it there, what budgets and circuits say): the API writes intent to PostgreSQL and never enqueues. */
  readonly redis: Redis;
  readonly config: ChannelSwitches &
    Pick<
      Config,
      | 'API_KEYS'
      | 'PROVIDERS'
      | 'PROVIDER_RATES'
      | 'QUEUE_PREFIX'
      | 'SCHEDULE_CRON'
      | 'SCHEDULE_TZ'
      | 'SCHEDULE_ENABLED'
      | 'SCHEDULE_CATCH_UP'
    >;
  readonly log: Logger;
  readonly now: () => Instant;
}

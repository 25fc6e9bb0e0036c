import type { ChannelSwitches } from '../../shared/alerts/channels.ts';
import type { Config } from '../../shared/config.ts';
import type { Database } from '../../shared/db/client.ts';
import type { Logger } from '../../shared/logger.ts';
import type { RedisClient } from '../../shared/queues/connection.ts';
import type { Instant } from '../../shared/time.ts';
import type { ApiDatabase } from './database.ts';
import type { EventFeed } from './event-feed.ts';

/** What the routes work with. */
export interface ApiContext {
  readonly db: Database;
  /** What keeps the database from answering; null when it answers. Says so at once. */
  readonly findSilence: ApiDatabase['findSilence'];
  /** Only read (is it there, what budgets and circuits say): the API writes intent to PostgreSQL and never enqueues. */
  readonly redis: RedisClient;
  readonly config: ChannelSwitches &
    Pick<
      Config,
      | 'API_KEYS'
      | 'RATE_LIMIT_PER_MINUTE'
      | 'TRUST_PROXY'
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
  readonly events: EventFeed;
}

import { askRedis, connectRedis } from '../../../shared/health.ts';
import { QUEUES, type QueueName } from '../../../shared/queues/queues.ts';
import { countWorkers } from '../../../shared/queues/workers.ts';
import { ok, warn, wrong, type Check } from './check.ts';

const LEAST_MAJOR = 7;

/** How to change a setting. The user of the services (infra/redis/users.conf) may not. */
const adviseSetting = (setting: string, value: string): string =>
  `redis-cli config set ${setting} ${value} as a user that may do it (that of the services may not), and ${setting} ${value} in redis.conf; where there is no such user, in redis.conf and restart`;

export const redis: Check = {
  name: 'Redis',
  mend: 'start it (make dev, or docker compose up --detach redis), or name another with REDIS_URL',
  async check({ redis: connection, config }) {
    await connectRedis(connection);
    const info = await askRedis(connection, { prefix: config.QUEUE_PREFIX, section: 'default' });
    const read = (field: string): string => new RegExp(`^${field}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? '';
    const version = read('redis_version');
    const policy = read('maxmemory_policy');
    if (!(Number(version.split('.')[0]) >= LEAST_MAJOR))
      return wrong(`version ${version}, expected ${LEAST_MAJOR} or later`, 'move to a newer Redis or Valkey');
    if (policy !== 'noeviction')
      return wrong(
        `maxmemory-policy is ${policy}, expected noeviction: jobs would be thrown away when memory is short`,
        adviseSetting('maxmemory-policy', 'noeviction'),
      );
    if (read('aof_enabled') !== '1')
      return warn(
        `version ${version}, ${policy}, no append-only file: what stands in queues is lost at a restart and dispatched again`,
        adviseSetting('appendonly', 'yes'),
      );
    return ok(`version ${version}, ${policy}, append-only file`);
  },
};

/** The service whose processes take the jobs of each queue. */
const SERVICE_OF: Readonly<Record<QueueName, string>> = {
  bronze: 'bronze',
  silver: 'silver',
  agents: 'agents',
  runs: 'scheduler',
};

export const workers: Check = {
  name: 'workers',
  needs: [redis.name],
  mend: 'CLIENT LIST must be allowed to the user of REDIS_URL',
  async check({ config }) {
    const counts = await countWorkers({ redisUrl: config.REDIS_URL, prefix: config.QUEUE_PREFIX });
    const names = Object.keys(QUEUES) as QueueName[];
    const detail = names.map((name) => `${name} ${counts[name]}`).join(', ');
    const services = names.filter((name) => counts[name] === 0).map((name) => SERVICE_OF[name]);
    return services.length === 0
      ? ok(detail)
      : wrong(
          `${detail}: nobody takes the jobs of some`,
          `start ${services.join(', ')} (make dev, or docker compose up --detach ${services.join(' ')}) with this QUEUE_PREFIX`,
        );
  },
};

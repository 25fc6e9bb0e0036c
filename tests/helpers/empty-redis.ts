import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIR } from '../../infra/local/settings.ts';
import type { RedisClient } from '../../shared/queues/connection.ts';
import { listMasters } from './redis-masters.ts';

/** Removes every key at once, as `make restore` does: the user of the services may not FLUSHALL. Returns how many there were. */
export async function emptyRedis(redis: RedisClient): Promise<number> {
  const restore = readFileSync(join(PROJECT_DIR, 'infra/compose/restore'), 'utf8');
  const [, script] = /^empty='(.*?)'/ms.exec(restore) ?? [];
  if (script === undefined) throw new Error('infra/compose/restore has no script that empties Redis');
  let removed = 0;
  for (const master of await listMasters(redis)) removed += (await master.eval(script, 0)) as number;
  return removed;
}

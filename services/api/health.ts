import { isLive, isReady } from '../../shared/contract/service.ts';
import { askRedis } from '../../shared/health.ts';
import { SECOND } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { ProblemError } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** Whoever asks hears within two seconds. */
const PATIENCE_MS = 1.2 * SECOND;

/** Reads one number of the text that Redis answers to `INFO`; null when it is not there. */
export function readRedisInfo(info: string, field: string): number | null {
  const line = info.split(/\r?\n/).find((candidate) => candidate.startsWith(`${field}:`));
  return line === undefined ? null : Number(line.slice(field.length + 1));
}

async function readMemory({
  redis,
  config,
}: ApiContext): Promise<{ usedMemoryBytes: number | null; peakMemoryBytes: number | null }> {
  const place = { prefix: config.QUEUE_PREFIX, section: 'memory' } as const;
  const info = await askRedis(redis, place, PATIENCE_MS);
  return {
    usedMemoryBytes: readRedisInfo(info, 'used_memory'),
    peakMemoryBytes: readRedisInfo(info, 'used_memory_peak'),
  };
}

/** `GET /livez` and `GET /readyz`. */
export function healthRoutes(context: ApiContext): Route[] {
  const { findSilence, log } = context;
  return [
    serveEndpoint(isLive, () => ({ status: 200, body: { status: 'ok' as const } })),
    serveEndpoint(isReady, async () => {
      const [silence, memory] = await Promise.all([
        findSilence(),
        readMemory(context).catch((error: unknown) => {
          log.warn({ err: error, server: 'Redis' }, 'not ready');
          return null;
        }),
      ]);
      if (silence !== null) log.warn({ server: silence }, 'not ready');
      else if (memory !== null) return { status: 200, body: { status: 'ok' as const, redis: memory } };
      const missing = [silence, memory === null ? 'Redis' : null].filter((name) => name !== null);
      throw new ProblemError('unavailable', `No answer from ${missing.join(' and ')}`);
    }),
  ];
}

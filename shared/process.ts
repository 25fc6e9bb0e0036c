import { monitorEventLoopDelay } from 'node:perf_hooks';
import { loadConfig, type Config } from './config.ts';
import { ConfigError } from './errors.ts';
import { createLogger, type Logger } from './logger.ts';
import { measureProcess } from './metrics.ts';
import { SECOND } from './time.ts';
import { startTracing } from './trace-export.ts';

const LAG_REPORT_INTERVAL_MS = 5 * SECOND;

/** Something that was opened and must be closed when the process ends. */
export interface Closable {
  close(): Promise<void>;
}

export interface ServiceContext {
  readonly config: Config;
  readonly log: Logger;
  /** Registers what to close on SIGTERM or SIGINT; the last registered is closed first. */
  onClose(resource: Closable): void;
}

/**
 * Logs the event-loop delay of the last interval and of the whole life of the process, so that a stretch that blocks
 * renewals of locks is seen.
 */
function reportEventLoopLag(log: Logger): Closable {
  const recent = monitorEventLoopDelay({ resolution: 10 });
  const total = monitorEventLoopDelay({ resolution: 10 });
  recent.enable();
  total.enable();
  const timer = setInterval(() => {
    const toMs = (nanoseconds: number): number => Math.round(nanoseconds / 1e5) / 10;
    const lag = {
      maxMs: toMs(recent.max),
      p99Ms: toMs(recent.percentile(99)),
      totalP99Ms: toMs(total.percentile(99)),
    };
    log.info(lag, 'event loop lag');
    recent.reset();
  }, LAG_REPORT_INTERVAL_MS);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      recent.disable();
      total.disable();
    },
  };
}

/**
 * Runs one process: checks the runtime and the configuration, starts the service, and closes what it opened on
 * SIGTERM, SIGINT or when its supervisor is gone. Exits 1 on a start that fails.
 */
export async function runService(
  name: string,
  start: (context: ServiceContext) => Promise<void>,
): Promise<void> {
  const resources: Closable[] = [];
  const log = createLogger(name, 'info');
  let closing = false;
  const stop = async (why: string, exitCode: number): Promise<void> => {
    if (closing) return;
    closing = true;
    log.info({ why }, 'stopping');
    for (const resource of resources.toReversed()) {
      await resource.close().catch((error: unknown) => log.error({ err: error }, 'closing failed'));
    }
    process.exit(exitCode);
  };
  // Node.js itself would print the error with everything that it carries, such as the login that Redis refused.
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'ended by an error that nobody caught');
    process.exit(1);
  });
  try {
    const config = loadConfig();
    log.level = config.LOG_LEVEL;
    const onSignal = (signal: string): void => void stop(signal, 0);
    process.once('SIGTERM', onSignal);
    process.once('SIGINT', onSignal);
    process.once('disconnect', () => onSignal('the supervisor is gone'));
    resources.push(reportEventLoopLag(log));
    measureProcess();
    resources.push(startTracing(name, config.OTEL_EXPORTER_OTLP_ENDPOINT, config.OTEL_EXPORTER_OTLP_HEADERS));
    await start({ config, log, onClose: (resource) => void resources.push(resource) });
    log.info('started');
    process.send?.({ ready: name });
  } catch (error) {
    if (error instanceof ConfigError) log.fatal(error.message);
    else log.fatal({ err: error }, 'start failed');
    await stop('start failed', 1);
  }
}

import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../infra/local/free-port.ts';
import { readLocalSettings } from '../../infra/local/settings.ts';
import { startStack, type Stack } from '../../infra/local/stack.ts';
import { inheritEnvironment } from '../../shared/config.ts';
import { print } from './figures.ts';

/** A stack on the recorded data, and where its files are. */
export interface OwnStack extends Stack {
  readonly dataDir: string;
}

/** Starts servers and services for a benchmark, on ports and files of their own, and leaves nothing behind. */
export async function withOwnStack(use: (stack: OwnStack) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bench-'));
  // Open to the account that root hands the servers to.
  chmodSync(dataDir, 0o755);
  const stops: (() => Promise<void> | void)[] = [() => rmSync(dataDir, { force: true, recursive: true })];
  try {
    const settings = readLocalSettings({
      ...inheritEnvironment(),
      API_KEYS: '',
      API_PORT: String(await findFreePort()),
      DASHBOARD_PORT: String(await findFreePort()),
      DATABASE_URL: '',
      DATA_DIR: dataDir,
      REDIS_URL: '',
      // Partitions that the recordings lack fail after three retries: short ones, or a benchmark waits minutes for them.
      RETRY_BASE_MS: '200',
      SCHEDULE_ENABLED: 'false',
    });
    const stack = await startStack(settings, {
      announce: print,
      defer: (stop) => stops.push(stop),
      giveUp: (error) => print(error.message),
      signal: new AbortController().signal,
    });
    await use({ ...stack, dataDir });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findFreePort } from '../../infra/local/free-port.ts';
import { PROJECT_DIR, readLocalSettings } from '../../infra/local/settings.ts';
import { inheritEnvironment } from '../../shared/config.ts';
import { openDatabase } from '../../shared/db/client.ts';
import { readBackfill, requestBackfill } from '../helpers/backfills.ts';
import { createPipeline, handlersWith, waitFor } from '../helpers/pipeline.ts';
import { startTestServers } from '../helpers/servers.ts';
import { createTemplate, dropDatabase, pointToDatabase } from '../helpers/template-database.ts';
import { seedLedger } from './seed.ts';

/*
 * Holds a running API against its own OpenAPI document with all the checks of Schemathesis: a PostgreSQL and a Redis of its
 * own, with a little of everything in the ledger. `node tests/schemathesis/run.ts [examples per operation]` ends with the code
 * of Schemathesis, and with 0 and NOT RUN where it cannot be installed.
 */

const VERSION = '4.32.5';
const EXAMPLES = process.argv[2] ?? '50';
const KEY = 'schemathesis-key';
const environment = inheritEnvironment();
const dataDir = resolve(PROJECT_DIR, readLocalSettings(environment).dataDir);
const venv = join(dataDir, `schemathesis-${VERSION}`);

/** The program, which is installed from PyPI at the first run; null where that is not possible. */
function findSchemathesis(): string | null {
  const program = join(venv, 'bin/schemathesis');
  if (existsSync(program)) return program;
  const steps = [
    ['python3', '-m', 'venv', venv],
    [join(venv, 'bin/pip'), 'install', '--quiet', `schemathesis==${VERSION}`],
  ] as const;
  for (const [command, ...args] of steps) {
    const { status, error, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status === 0) continue;
    process.stdout.write(`${error?.message ?? stderr.trim().split('\n').at(-1) ?? ''}\n`);
    return null;
  }
  return program;
}

/** Runs backfills that do nothing but succeed, fail and wait, so that there are runs, tasks and events of every state. */
async function fillQueue(databaseUrl: string, redisUrl: string): Promise<void> {
  const world = { databaseUrl, redisUrl, redisPrefix: 'schemathesis', close: async () => undefined };
  const pipeline = createPipeline(world, { RETRY_BASE_MS: '10' });
  const { db } = pipeline.database;
  try {
    await seedLedger(db);
    await pipeline.startWorkers(
      handlersWith({ bronze_fred: () => Promise.reject(new Error('seeded to fail')) }),
    );
    await pipeline.startScheduler();
    const id = await requestBackfill(db, '2022-01-03', '2022-01-14');
    await waitFor('the seeded backfill', async () => (await readBackfill(db, id)).finishedAt !== null);
  } finally {
    await pipeline.close();
  }
  const database = openDatabase(databaseUrl, { name: 'seed', max: 1 });
  await requestBackfill(database.db, '2022-02-01', '2022-02-28');
  await database.close();
}

async function testApi(program: string, databaseUrl: string, redisUrl: string): Promise<number> {
  const port = await findFreePort();
  const api = spawn(process.execPath, ['services/api/main.ts'], {
    cwd: PROJECT_DIR,
    env: {
      ...environment,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      QUEUE_PREFIX: 'schemathesis',
      API_KEYS: KEY,
      API_PORT: String(port),
      LOG_LEVEL: 'error',
      RATE_LIMIT_PER_MINUTE: '0',
    },
    stdio: 'inherit',
  });
  const ended = once(api, 'exit');
  try {
    const url = `http://127.0.0.1:${port}`;
    await waitFor('the API', async () => {
      if (api.exitCode !== null) throw new Error(`The API ended with ${api.exitCode}`);
      return (await fetch(`${url}/readyz`).catch(() => null))?.ok;
    });
    const options = [
      ['--config-file', join(import.meta.dirname, 'schemathesis.toml')],
      ['run', `${url}/openapi.json`, '--checks', 'all', '--max-examples', EXAMPLES],
      // A stream has no end; its own tests read it.
      ['--exclude-operation-id', 'watchEvents'],
      ['--header', `Authorization: Bearer ${KEY}`, '--seed', '1', ...process.argv.slice(3)],
    ];
    const run = spawn(program, options.flat(), {
      // It keeps what it finds where it is started.
      cwd: dataDir,
      env: { ...environment, PYTHONPATH: import.meta.dirname, PYTHONDONTWRITEBYTECODE: '1' },
      stdio: 'inherit',
    });
    const [code] = (await once(run, 'exit')) as [number | null];
    return code ?? 1;
  } finally {
    api.kill();
    await ended;
  }
}

const program = findSchemathesis();
if (program === null) {
  process.stdout.write(`schemathesis: NOT RUN, schemathesis ${VERSION} is not installed and cannot be\n`);
} else {
  const servers = await startTestServers();
  try {
    const database = await createTemplate(servers.databaseUrl);
    const databaseUrl = pointToDatabase(servers.databaseUrl, database);
    await fillQueue(databaseUrl, servers.redisUrl);
    process.exitCode = await testApi(program, databaseUrl, servers.redisUrl);
    await dropDatabase(servers.databaseUrl, database);
  } finally {
    await servers.stop();
  }
}

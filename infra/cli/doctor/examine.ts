import { createClient } from '../../../shared/client/client.ts';
import { loadConfig, type Config } from '../../../shared/config.ts';
import { openDatabase } from '../../../shared/db/client.ts';
import { connectForCommands } from '../../../shared/queues/connection.ts';
import type { Instant } from '../../../shared/time.ts';
import { readCause } from '../explain-error.ts';
import { locateServers } from '../servers.ts';
import { api, key, providers } from './api.ts';
import { ok, wrong, type Check, type Finding, type Patient } from './check.ts';
import { checkNode, disk } from './machine.ts';
import { clock, connections, migrations, postgres, rights } from './postgres.ts';
import { redis, workers } from './redis.ts';
import { scheduler, ticks } from './scheduler.ts';
import { calendars, channels, failures, fred } from './surroundings.ts';

/** Every check that needs a configuration, in the order in which they are told. */
const CHECKS: readonly Check[] = [
  postgres,
  connections,
  migrations,
  rights,
  clock,
  redis,
  api,
  key,
  scheduler,
  ticks,
  workers,
  fred,
  providers,
  channels,
  calendars,
  disk,
  failures,
];

/** What became of a check; one that was skipped needs another that found something wrong. */
export type Diagnosis = { readonly name: string } & (
  | Finding
  | { readonly verdict: 'skipped'; readonly detail: string }
);

/** Where to look. */
export interface Examination {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly apiUrl: string;
  readonly apiKey: string | undefined;
  readonly now: () => Instant;
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A failed query carries its text; what matters is why it failed.
  return readCause(error) ?? error.message;
}

async function runCheck({ check, mend }: Pick<Check, 'check' | 'mend'>, patient: Patient): Promise<Finding> {
  try {
    return await check(patient);
  } catch (error) {
    return wrong(describeError(error), mend);
  }
}

async function runChecks(patient: Patient): Promise<Diagnosis[]> {
  const diagnoses: Diagnosis[] = [];
  for (const check of CHECKS) {
    const missing = check.needs?.find((need) =>
      diagnoses.some(({ name, verdict }) => name === need && (verdict === 'wrong' || verdict === 'skipped')),
    );
    diagnoses.push({
      name: check.name,
      ...(missing === undefined
        ? await runCheck(check, patient)
        : { verdict: 'skipped', detail: `needs ${missing}` }),
    });
  }
  return diagnoses;
}

function readConfig(environment: Examination['environment']): Config | Finding {
  try {
    return loadConfig(environment);
  } catch (error) {
    return wrong(describeError(error), 'correct these variables: .env.example says what each is for');
  }
}

/** Looks at everything that an installation needs, in order, and says of each how it is and how to mend it. */
export async function examine(examination: Examination): Promise<Diagnosis[]> {
  const { environment, apiUrl, apiKey, now } = examination;
  const node: Diagnosis = { name: 'Node.js', ...checkNode(process.versions.node) };
  const found = readConfig(environment);
  if ('verdict' in found) return [node, { name: 'configuration', ...found }];
  const config = { ...found, ...locateServers(found, environment) };
  const database = openDatabase(config, { name: 'macro-doctor', max: 1 });
  const connection = connectForCommands(config.REDIS_URL);
  try {
    const client = createClient({ baseUrl: apiUrl, apiKey });
    const patient = { config, db: database.db, redis: connection, api: client, apiUrl, now };
    return [
      node,
      { name: 'configuration', ...ok('every variable is as expected') },
      ...(await runChecks(patient)),
    ];
  } finally {
    connection.disconnect();
    await database.close();
  }
}

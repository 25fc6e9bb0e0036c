import type { TestProject } from 'vitest/node';

import { startTestServers, type TestServers } from './servers.ts';
import { createTemplate, dropDatabase } from './template-database.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
    redisIsPrivate: boolean;
    redisUrl: string;
    templateDatabase: string;
  }
}

const SUITES_WITH_SERVERS = ['integration', 'e2e'];

let servers: TestServers | undefined;
let template: string | undefined;

/** Starts the servers and migrates the template database, unless only suites without servers run. */
export async function setup(project: TestProject): Promise<void> {
  const selected = project.vitest.projects.map(({ name }) => name);
  if (!selected.some((name) => SUITES_WITH_SERVERS.includes(name))) return;
  servers = await startTestServers();
  template = await createTemplate(servers.databaseUrl);
  project.provide('databaseUrl', servers.databaseUrl);
  project.provide('redisIsPrivate', servers.redisIsPrivate);
  project.provide('redisUrl', servers.redisUrl);
  project.provide('templateDatabase', template);
}

/** Drops the template database and stops the servers that `setup` started. */
export async function teardown(): Promise<void> {
  if (servers && template !== undefined) await dropDatabase(servers.databaseUrl, template);
  await servers?.stop();
}

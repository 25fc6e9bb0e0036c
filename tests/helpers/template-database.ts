import { randomBytes } from 'node:crypto';

import { Client } from 'pg';

/** `url` with another database name. */
export function pointToDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** A database name nobody else uses: `<prefix>_` and 12 random hexadecimal digits. */
export function inventDatabaseName(prefix: string): string {
  return `${prefix}_${randomBytes(6).toString('hex')}`;
}

/** Runs `action` on a connection of its own. */
export async function withClient<Result>(
  url: string,
  action: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await action(client);
  } finally {
    await client.end();
  }
}

/** Creates and migrates the database that every test file copies; returns its name. */
export async function createTemplate(serverUrl: string): Promise<string> {
  const { migrate } = await import('../../shared/db/migrate.ts');
  const name = inventDatabaseName('test_template');
  await withClient(serverUrl, (client) => client.query(`create database ${name}`));
  await migrate(pointToDatabase(serverUrl, name));
  return name;
}

/** Drops a database with whoever is still connected to it. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withClient(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
}

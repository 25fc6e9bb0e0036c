import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withClient } from '../../helpers/template-database.ts';
import { createWorld, type World } from '../../helpers/world.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/research.md'), 'utf8');
const QUERIES = [...PAGE.matchAll(/^```sql\n([^`]*)^```$/gm)].map(([, query = '']) => query);
const GRANTS = [...PAGE.matchAll(/^```sql admin\n([^`]*)^```$/gm)].map(([, statements = '']) => statements);

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

it('documents queries that a reader can run', async () => {
  expect(QUERIES.length).toBeGreaterThanOrEqual(5);
  await withClient(world.databaseUrl, async (client) => {
    await client.query('set role macro_reader');
    for (const query of QUERIES) expect((await client.query(query)).command, query).toBe('SELECT');
  });
});

it('documents statements that an administrator can run', async () => {
  expect(GRANTS).toHaveLength(2);
  await withClient(world.databaseUrl, async (client) => {
    // Roles belong to the server, which other tests share: nothing of it stays.
    for (const statements of GRANTS) {
      await client.query('begin');
      const [first] = await client
        .query(statements.replaceAll('create role macro_reader nologin;', ''))
        .then((results: unknown) => [results].flat());
      expect(first).toBeDefined();
      await client.query('rollback');
    }
  });
});

it('names every view and function of the schema', async () => {
  const { rows } = await withClient(world.databaseUrl, (client) =>
    client.query<{ name: string }>(`
      select relname as name from pg_class where relnamespace = 'research'::regnamespace and relkind = 'v'
      union all select proname from pg_proc where pronamespace = 'research'::regnamespace`),
  );
  expect(rows.filter(({ name }) => !PAGE.includes(name))).toEqual([]);
  expect(rows.length).toBeGreaterThan(15);
});

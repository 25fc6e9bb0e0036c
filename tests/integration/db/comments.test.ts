import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../../shared/db/migrate.ts';
import { withClient } from '../../helpers/template-database.ts';
import { createWorld, type World } from '../../helpers/world.ts';

interface Comment {
  readonly name: string;
  readonly comment: string | null;
}

let world: World;

beforeAll(async () => {
  world = await createWorld();
});

afterAll(() => world.close());

function readComments(sql: string): Promise<Comment[]> {
  return withClient(world.databaseUrl, async (client) => (await client.query<Comment>(sql)).rows);
}

const TABLES = `
  select relname as name, obj_description(oid, 'pg_class') as comment from pg_class
  where relkind = 'r' and relnamespace = 'public'::regnamespace`;

const COLUMNS = `
  select c.relname || '.' || a.attname as name, col_description(c.oid, a.attnum) as comment
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped`;

it('says of every table and column in the database what it means', async () => {
  const found = [...(await readComments(TABLES)), ...(await readComments(COLUMNS))];
  expect(found.length).toBeGreaterThan(250);
  expect(found.filter(({ comment }) => comment === null || comment.length < 5)).toEqual([]);
});

it('keeps quotes in comments, and migrates again without an error', async () => {
  await migrate(world.databaseUrl);
  const columns = await readComments(COLUMNS);
  expect(columns.find(({ name }) => name === 'bars.date')?.comment).toBe(
    "Session date in the exchange's time zone.",
  );
});

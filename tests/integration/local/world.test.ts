import { Redis } from 'ioredis';
import { Client } from 'pg';
import { expect, it } from 'vitest';

import { createWorld } from '../../helpers/world.ts';

it('gives every world its own database and its own Redis keys, and removes both', async () => {
  const [one, two] = [await createWorld(), await createWorld()];
  const inOne = new Client({ connectionString: one.databaseUrl });
  const inTwo = new Client({ connectionString: two.databaseUrl });
  const [redisOne, redisTwo] = [new Redis(one.redisUrl), new Redis(two.redisUrl)];
  await Promise.all([inOne.connect(), inTwo.connect()]);

  await inOne.query('create table only_in_one (id int)');
  const { rows } = await inTwo.query<{ found: string | null }>(
    `select to_regclass('only_in_one')::text as found`,
  );
  expect(rows).toEqual([{ found: null }]);
  await redisOne.set(`${one.redisPrefix}:key`, '1');
  expect(await redisTwo.exists(`${two.redisPrefix}:key`)).toBe(0);

  redisOne.disconnect();
  redisTwo.disconnect();
  await Promise.all([inOne.end(), inTwo.end()]);
  await Promise.all([one.close(), two.close()]);
  await expect(new Client({ connectionString: one.databaseUrl }).connect()).rejects.toThrow(/does not exist/);
});

it('fails when a connection was left open', async () => {
  const world = await createWorld();
  const forgotten = new Client({ connectionString: world.databaseUrl, application_name: 'forgotten' });
  forgotten.on('error', () => undefined);
  await forgotten.connect();
  await expect(world.close()).rejects.toThrow(/left open.*\n.*forgotten/);
});

import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A login of its own on the server of a world. */
export interface Login {
  readonly name: string;
  /** The database of the world as this login. */
  readonly url: string;
  /** Call when nothing is connected as this login any more and it owns nothing. */
  drop(): Promise<void>;
}

/** Makes a login; `rights` is what follows in `create role … login password …`, such as `in role macro_writer`. */
export async function createLogin(databaseUrl: string, rights: string): Promise<Login> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = new URL(databaseUrl);
  url.username = name;
  url.password = randomBytes(12).toString('hex');
  const run = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await run(`create role ${name} login password '${url.password}' ${rights}`);
  return { name, url: url.href, drop: () => run(`drop role ${name}`) };
}

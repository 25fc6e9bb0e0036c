import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { renderUsers } from '../../../infra/local/redis.ts';
import { PROJECT_DIR } from '../../../infra/local/settings.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'compose-redis-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the Redis of docker-compose.yml', () => {
  it.each([
    ['5ac0ffee', 'macro'],
    [`a'b"c $d &|\\/%`, '{macro}'],
  ])('has the users of infra/redis/users.conf for the password %s and the prefix %s', (password, prefix) => {
    const { services } = parse(readFileSync(join(PROJECT_DIR, 'docker-compose.yml'), 'utf8')) as {
      services: { redis: { command: [string, string, string] } };
    };
    const [shell, option, script] = services.redis.command;
    const mine = script
      .replaceAll('$$', '$')
      .replaceAll('/etc/macro', join(PROJECT_DIR, 'infra/redis'))
      .replaceAll('/tmp/redis.conf', join(folder, 'redis.conf'))
      .replace('exec redis-server', 'exec echo');
    const { status, stderr } = spawnSync(shell, [option, mine], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', REDIS_PASSWORD: password, QUEUE_PREFIX: prefix },
    });
    expect([status, stderr]).toEqual([0, '']);
    const settings = readFileSync(join(PROJECT_DIR, 'infra/redis/redis.conf'), 'utf8');
    const made = readFileSync(join(folder, 'redis.conf'), 'utf8');
    expect(made).toBe(settings + renderUsers(password, prefix));
    expect(made).not.toContain(password);
    expect(made).toContain(` ~${prefix}:* `);
  });
});

describe('make up', () => {
  const fillEnv = (): string => {
    mkdirSync(join(folder, 'infra/compose'), { recursive: true });
    for (const file of ['infra/compose/fill-env', '.env.example'])
      copyFileSync(join(PROJECT_DIR, file), join(folder, file));
    const { status, stderr } = spawnSync('bash', [join(folder, 'infra/compose/fill-env')], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(statSync(join(folder, '.env')).mode & 0o77).toBe(0);
    return readFileSync(join(folder, '.env'), 'utf8');
  };
  const read = (env: string, name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(env)?.[1];

  it('makes a .env whose address of Redis names the user of the services', () => {
    const env = fillEnv();
    expect(read(env, 'REDIS_URL')).toBe(`redis://macro:${read(env, 'REDIS_PASSWORD')}@redis:6379`);
    expect(fillEnv()).toBe(env);
  });

  it.each(['redis://:5ac0ffee@redis:6379', 'redis://default:5ac0ffee@redis:6379'])(
    'lets a .env of an older version, with %s, go on working',
    (url) => {
      const older = `REDIS_PASSWORD=5ac0ffee\nREDIS_URL=${url}\nPROVIDERS=live\n`;
      writeFileSync(join(folder, '.env'), older, { mode: 0o600 });
      expect(fillEnv()).toBe(older.replace(url, 'redis://macro:5ac0ffee@redis:6379'));
    },
  );

  it.each(['redis://:5ac0ffee@cache.example:6379', 'rediss://:5ac0ffee@cache.example:6380'])(
    'leaves the address of a Redis of your own, %s, as it is',
    (url) => {
      const own = `REDIS_URL=${url}\n`;
      writeFileSync(join(folder, '.env'), own, { mode: 0o600 });
      expect(fillEnv()).toBe(own);
    },
  );
});

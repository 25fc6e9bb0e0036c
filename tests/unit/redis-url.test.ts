import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../shared/config.ts';
import { hasHashTag, keepInOneSlot, parseRedisUrl } from '../../shared/redis-url.ts';

const nobody = { username: undefined, password: undefined };

describe('parseRedisUrl', () => {
  it('reads the URL of one server', () => {
    expect(parseRedisUrl('rediss://ana:p%40ss:word@cache.example/2?sslrootcert=/ca.pem')).toEqual({
      kind: 'single',
      nodes: [{ host: 'cache.example', port: 6_379 }],
      isEncrypted: true,
      caFile: '/ca.pem',
      database: 2,
      sentinel: null,
      username: 'ana',
      password: 'p@ss:word',
    });
  });

  it('reads the URL of sentinels, whose password is another than that of the servers', () => {
    const url = 'redis+sentinel://:one@a.example,b.example:26380,[::1]/1?name=macro&sentinelPassword=tw%2Fo';
    expect(parseRedisUrl(url)).toEqual({
      kind: 'sentinel',
      nodes: [
        { host: 'a.example', port: 26_379 },
        { host: 'b.example', port: 26_380 },
        { host: '::1', port: 26_379 },
      ],
      isEncrypted: false,
      caFile: null,
      database: 1,
      sentinel: { name: 'macro', username: undefined, password: 'tw/o' },
      username: undefined,
      password: 'one',
    });
  });

  it('reads the URL of a cluster', () => {
    expect(parseRedisUrl('rediss+cluster://a.example:7000,b.example?sslrootcert=/ca.pem')).toEqual({
      kind: 'cluster',
      nodes: [
        { host: 'a.example', port: 7_000 },
        { host: 'b.example', port: 6_379 },
      ],
      isEncrypted: true,
      caFile: '/ca.pem',
      database: 0,
      sentinel: null,
      ...nobody,
    });
  });

  it('takes an @ in a password as it stands, as URLs do', () => {
    expect(parseRedisUrl('redis://:p@ss@one')).toMatchObject({ password: 'p@ss', nodes: [{ host: 'one' }] });
  });

  it('leaves the options of one server to the library', () => {
    expect(parseRedisUrl('redis://127.0.0.1:6379?family=6')).toMatchObject({ kind: 'single', ...nobody });
  });

  it.each([
    ['http://:hunter2@one', 'a URL with redis:, redis+sentinel: or redis+cluster:'],
    ['redis+ring://:hunter2@one', 'a URL with redis:, redis+sentinel: or redis+cluster:'],
    ['redis://:hunter2@one,two', 'one host, or redis+sentinel: or redis+cluster: for several'],
    ['redis://:hunter2@one/two', 'the number of a database'],
    ['redis+cluster://:hunter2@', 'host:port'],
    ['redis+cluster://:hunter2@one:port', 'host:port'],
    ['redis+cluster://:hunter2@one,,two', 'host:port'],
    ['redis+cluster://:hunter2@one/3', 'no number of a database'],
    ['redis+cluster://:hunter2@one?name=macro', 'no other parameters than sslrootcert'],
    ['redis+sentinel://:hunter2@one', '?name='],
    ['redis+sentinel://:hunter2@one?name=macro&password=hunter2', 'no other parameters than name'],
    ['redis+sentinel://:hunter2%@one?name=macro', 'user and password in percent encoding'],
  ])('refuses %s, says what it expected and does not repeat the password', (url, expected) => {
    expect(() => parseRedisUrl(url)).toThrow(`expected ${expected}`);
    expect(() => parseRedisUrl(url)).not.toThrow('hunter2');
  });
});

describe('the prefix of all keys', () => {
  const single = 'redis://one:6379';
  const cluster = 'redis+cluster://one:6379';

  it('becomes one hash tag in a cluster, once, and stays as it is elsewhere', () => {
    expect(keepInOneSlot('macro', single)).toBe('macro');
    expect(keepInOneSlot('macro', cluster)).toBe('{macro}');
    expect(keepInOneSlot(keepInOneSlot('macro', cluster), cluster)).toBe('{macro}');
    expect(keepInOneSlot('desk-{rates}', cluster)).toBe('desk-{rates}');
  });

  it.each([
    ['{macro}', true],
    ['desk-{rates}', true],
    ['macro', false],
    ['{}macro', false],
    ['macro}{', false],
    ['{macro', false],
    // Only the first braces count, and they are empty.
    ['{}{macro}', false],
  ])('%s has a hash tag: %s', (prefix, expected) => {
    expect(hasHashTag(prefix)).toBe(expected);
  });

  it('is derived where the configuration is read', () => {
    expect(loadConfig({ REDIS_URL: cluster }).QUEUE_PREFIX).toBe('{macro}');
    expect(loadConfig({ REDIS_URL: cluster, QUEUE_PREFIX: '{desk}' }).QUEUE_PREFIX).toBe('{desk}');
    expect(loadConfig({ REDIS_URL: single }).QUEUE_PREFIX).toBe('macro');
  });

  it('stops the start when its braces are no hash tag', () => {
    expect(() => loadConfig({ REDIS_URL: cluster, QUEUE_PREFIX: '{}macro' })).toThrow(
      'QUEUE_PREFIX: expected one hash tag for a cluster, such as {macro}, got "{}macro"',
    );
  });
});

describe('the configuration', () => {
  it('names REDIS_URL and what it expected, and does not repeat it', () => {
    const load = (): unknown => loadConfig({ REDIS_URL: 'redis+sentinel://:hunter2@one' });
    expect(load).toThrow(/^REDIS_URL: expected \?name=.*; got another value$/m);
    expect(load).not.toThrow('hunter2');
  });

  it.each([
    'redis+cluster://:redis@one:6379',
    'redis+sentinel://:redis@one?name=macro',
    'redis+sentinel://:good-one@one?name=macro&sentinelPassword=changeme',
  ])('refuses the well-known password of %s in production', (url) => {
    const production = {
      NODE_ENV: 'production',
      API_KEYS: 'one',
      DATABASE_URL: 'postgres://macro:1f8e@db:5432/macro',
    };
    expect(() => loadConfig({ ...production, REDIS_URL: url })).toThrow(
      'REDIS_URL: expected no default password in production, got the default',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../shared/config.ts';
import { ConfigError } from '../../shared/errors.ts';
import { hashSecret } from '../../shared/secret.ts';

type Source = Readonly<Record<string, string>>;

/** The message with which these variables stop the start. */
function refuse(source: Source): string {
  try {
    loadConfig(source);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(source)}`);
}

describe('loadConfig', () => {
  it('fills in the defaults', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      API_PORT: 3000,
      DASHBOARD_PORT: 3001,
      FRED_API_KEY: null,
      PROVIDERS: 'live',
    });
    expect(config).toMatchObject({
      API_KEYS: [],
      RETRY_BASE_MS: 30_000,
      SCHEDULE_ENABLED: true,
      SCHEDULE_TZ: 'America/Sao_Paulo',
    });
  });

  it('reads lists, numbers, switches and rates', () => {
    const config = loadConfig({
      API_KEYS: 'one,two',
      API_PORT: '8080',
      PROVIDER_RATES: 'api.bcb.gov.br=2,home.treasury.gov=0.5',
      REPLAY_FAULTS: '[{"status":500}]',
      SCHEDULE_ENABLED: 'false',
    });
    expect(config).toMatchObject({
      API_KEYS: [
        { name: null, role: 'admin', hash: hashSecret('one'), key: 'one' },
        { name: null, role: 'admin', hash: hashSecret('two'), key: 'two' },
      ],
      API_PORT: 8080,
      PROVIDER_RATES: { 'api.bcb.gov.br': 2, 'home.treasury.gov': 0.5 },
      REPLAY_FAULTS: [{ status: 500 }],
      SCHEDULE_ENABLED: false,
    });
  });

  it.each<[name: string, got: string, expected: RegExp]>([
    ['API_PORT', '99999', /<=\s?65535/],
    ['API_PORT', 'http', /number/],
    ['LOG_LEVEL', 'loud', /"trace"\|"debug"\|"info"/],
    ['NODE_ENV', 'prod', /"development"\|"test"\|"production"/],
    ['PROVIDERS', 'both', /"live"\|"replay"/],
    ['QUEUE_PREFIX', 'Macro:1', /lower-case letters, digits/],
    ['REPLAY_FAULTS', '[{', /expected JSON/],
    ['PROVIDER_RATES', 'api.bcb.gov.br=fast', /host=requests-per-second/],
    ['SCHEDULE_ENABLED', 'maybe', /"true"|boolean/],
    ['BRONZE_CONCURRENCY', '0', />=\s?1/],
    ['RETRY_BASE_MS', '1.5', /int/],
  ])('names %s, what was expected and that %j came', (name, got, expected) => {
    const line = refuse({ [name]: got })
      .split('\n')
      .find((candidate) => candidate.startsWith(`${name}: `));
    expect(line).toMatch(expected);
    expect(line).toContain(`got ${JSON.stringify(got)}`);
  });

  it('names every wrong variable at once', () => {
    const message = refuse({ API_PORT: 'x', DATABASE_URL: 'mysql://root@db', PROVIDERS: 'y' });
    expect(message).toMatch(/^DATABASE_URL: expected a URL with postgres: or postgresql:/m);
    expect(message).toMatch(/^API_PORT: /m);
    expect(message).toMatch(/^PROVIDERS: /m);
  });

  it.each<[name: string, secret: string]>([
    ['DATABASE_URL', 'mysql://macro:hunter2@db/macro'],
    ['DATABASE_DIRECT_URL', 'mysql://macro:hunter2@db/macro'],
    ['REDIS_URL', 'http://:hunter2@redis'],
    ['API_KEYS', 'ana:operatr:hunter2'],
  ])('does not repeat what %s holds', (name, secret) => {
    const message = refuse({ [name]: secret });
    expect(message).toContain(`${name}: `);
    expect(message).toContain('got another value');
    expect(message).not.toContain('hunter2');
  });

  it('does not repeat a password that came without its user', () => {
    const message = refuse({ DASHBOARD_PASSWORD: 'hunter2' });
    expect(message).toBe('DASHBOARD_USER and DASHBOARD_PASSWORD: expected both or neither, got one of them');
  });

  it.each(['DATABASE_URL', 'DATABASE_DIRECT_URL', 'MIGRATE_DATABASE_URL'])(
    'names %s when its password stands in it as it is, and does not repeat it',
    (name) => {
      const message = refuse({
        NODE_ENV: 'production',
        API_KEYS: 'a-key',
        [name]: 'postgres://a:100%zz@db/macro',
      });
      expect(message).toContain(`${name}: expected user and password in percent encoding; got another value`);
      expect(message).not.toContain('zz');
    },
  );

  it('refuses well-known passwords in production, wherever they stand', () => {
    const good = {
      API_KEYS: 'one',
      DATABASE_URL: 'postgres://macro:1f8e@db:5432/macro',
      NODE_ENV: 'production',
    };
    expect(loadConfig(good).API_KEYS).toHaveLength(1);
    for (const [name, value] of [
      ['DATABASE_URL', 'postgres://macro:postgres@db:5432/macro'],
      ['DATABASE_DIRECT_URL', 'postgres://macro:macro@db:5432/macro'],
      ['MIGRATE_DATABASE_URL', 'postgres://macro:password@db:5432/macro'],
      ['REDIS_URL', 'redis://:redis@queue:6379'],
      ['API_KEYS', 'one,changeme'],
      ['API_KEYS', 'ana:viewer:changeme'],
    ] as const)
      expect(refuse({ ...good, [name]: value })).toBe(
        `${name}: expected no default password in production, got the default`,
      );
  });

  it('refuses production without keys, and with the default password', () => {
    const database = 'postgres://macro:secret@db/macro';
    expect(refuse({ DATABASE_URL: database, NODE_ENV: 'production' })).toBe(
      'API_KEYS: expected at least one key in production, got nothing',
    );
    expect(refuse({ API_KEYS: 'one', NODE_ENV: 'production' })).toBe(
      'DATABASE_URL: expected no default password in production, got the default',
    );
    expect(loadConfig({ API_KEYS: 'one', DATABASE_URL: database, NODE_ENV: 'production' }).NODE_ENV).toBe(
      'production',
    );
  });
});

describe('headers for the collector of traces', () => {
  it('are names with percent-encoded values', () => {
    expect(loadConfig({}).OTEL_EXPORTER_OTLP_HEADERS).toEqual({});
    const text = 'authorization=Bearer%20a=b, x-tenant = macro';
    expect(loadConfig({ OTEL_EXPORTER_OTLP_HEADERS: text }).OTEL_EXPORTER_OTLP_HEADERS).toEqual({
      authorization: 'Bearer a=b',
      'x-tenant': 'macro',
    });
  });

  it.each(['a-key', '=a-key', 'authorization=a-key%', 'authorization=a-key%FF'])(
    'are refused without being repeated: %s',
    (wrong) => {
      const load = () => loadConfig({ OTEL_EXPORTER_OTLP_HEADERS: wrong });
      expect(load).toThrow('OTEL_EXPORTER_OTLP_HEADERS: expected name=value,… with percent-encoded values');
      expect(load).not.toThrow(/a-key/);
    },
  );
});

describe('model versions that run beside the current ones', () => {
  it('are named by agent, with or without the prefix', () => {
    expect(loadConfig({}).AGENT_VERSIONS).toEqual({});
    expect(
      loadConfig({ AGENT_VERSIONS: 'inflation=2,agent_fiscal=3,inflation=beta' }).AGENT_VERSIONS,
    ).toEqual({
      agent_inflation: ['2', 'beta'],
      agent_fiscal: ['3'],
    });
    for (const wrong of ['inflation', 'silver_macro=2', '=2'])
      expect(() => loadConfig({ AGENT_VERSIONS: wrong })).toThrow('AGENT_VERSIONS: expected agent=version,…');
  });
});

describe('the schedule', () => {
  it('refuses a cron expression or a time zone that nobody can read', () => {
    expect(() => loadConfig({ SCHEDULE_CRON: 'bogus' })).toThrow('SCHEDULE_CRON: expected a cron expression');
    expect(() => loadConfig({ SCHEDULE_TZ: 'Mars/Phobos' })).toThrow('SCHEDULE_TZ: expected a time zone');
    expect(loadConfig({}).SCHEDULE_CRON).toBe('0 6 * * 1-5');
  });
});

describe('the channels of alerts', () => {
  it('are off unless they are set, and addresses are lists', () => {
    expect(loadConfig({ ALERT_WEBHOOK_URL: '' })).toMatchObject({
      ALERT_SLACK_WEBHOOK_URL: null,
      ALERT_WEBHOOK_URL: null,
      ALERT_EMAIL_TO: [],
    });
    const email = {
      ALERT_SMTP_URL: 'smtps://u:p@mail:465',
      ALERT_EMAIL_FROM: 'a@b.c',
      ALERT_EMAIL_TO: 'd@e.f, g@h.i',
    };
    expect(loadConfig(email).ALERT_EMAIL_TO).toEqual(['d@e.f', 'g@h.i']);
    expect(loadConfig({ PUBLIC_URL: 'https://macro.example/' }).PUBLIC_URL).toBe('https://macro.example');
  });

  it.each<[source: Source, message: string]>([
    [{ ALERT_WEBHOOK_URL: 'https://a/hunter2' }, 'ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET: expected both'],
    [{ ALERT_WEBHOOK_SECRET: 'hunter2' }, 'ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET: expected both'],
    [{ ALERT_SMTP_URL: 'smtp://u:hunter2@m' }, 'ALERT_EMAIL_FROM and ALERT_EMAIL_TO: expected all or none'],
    [{ ALERT_SLACK_WEBHOOK_URL: 'file:///hunter2' }, 'expected a URL with http: or https:'],
    [{ ALERT_SLACK_WEBHOOK_URL: 'https://u:hunter2@a/' }, 'expected a URL without user and password'],
    [{ ALERT_SMTP_URL: 'https://u:hunter2@m' }, 'expected a URL with smtp: or smtps:'],
  ])('refuse %j without repeating it', (source, message) => {
    expect(refuse(source)).toContain(message);
    expect(refuse(source)).not.toContain('hunter2');
  });
});

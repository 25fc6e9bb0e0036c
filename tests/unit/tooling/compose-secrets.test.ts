import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PROJECT_DIR } from '../../../infra/local/settings.ts';
import { loadConfig } from '../../../shared/config.ts';

type Environment = Readonly<Record<string, string | number | null>>;

const { services } = parse(readFileSync(join(PROJECT_DIR, 'docker-compose.yml'), 'utf8'), {
  merge: true,
}) as {
  services: Record<string, { readonly image: string; readonly environment?: Environment }>;
};
const ours = Object.entries(services).filter(([, { image }]) => image.startsWith('macro-pipeline'));

/** The services that are given the value of a variable of .env, whether as it is or with a message when there is none. */
const listHolders = (variable: string): string[] =>
  ours
    .filter(([, { environment = {} }]) => {
      const value = environment[variable];
      return value === null || String(value).startsWith(`\${${variable}`);
    })
    .map(([name]) => name)
    .toSorted();

const SECRETS: Readonly<Record<string, string>> = {
  API_KEYS: 'a-key-to-start-with',
  DASHBOARD_USER: 'operator',
  DASHBOARD_PASSWORD: 'from-a-secret',
};

describe('docker-compose.yml', () => {
  it('keeps passwords and keys from services that do not need them', () => {
    const all = ours.map(([name]) => name).toSorted();
    const without = (...names: string[]): string[] => all.filter((name) => !names.includes(name));
    expect(listHolders('DATABASE_URL')).toEqual(without('dashboard', 'replay'));
    expect(listHolders('DATABASE_DIRECT_URL')).toEqual(without('dashboard', 'replay'));
    expect(listHolders('REDIS_URL')).toEqual(without('replay'));
    expect(listHolders('MIGRATE_DATABASE_URL')).toEqual(['migrate']);
    expect(listHolders('FRED_API_KEY')).toEqual(['worker-bronze']);
    expect(listHolders('DASHBOARD_PASSWORD')).toEqual(['dashboard']);
    expect(listHolders('SESSION_SECRET')).toEqual(['dashboard']);
    expect(listHolders('ALERT_WEBHOOK_SECRET')).toEqual(['api', 'scheduler']);
  });

  it.each(['dashboard', 'replay'])('lets %s start in production without them', (name) => {
    const given = Object.entries(services[name]?.environment ?? {}).flatMap(([variable, value]) => {
      const isSet = value !== null && !String(value).startsWith('${');
      const known = isSet ? String(value) : SECRETS[variable];
      return known === undefined ? [] : [[variable, known] as const];
    });
    expect(loadConfig(Object.fromEntries(given)).NODE_ENV).toBe('production');
  });
});

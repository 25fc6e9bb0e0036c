import { expect, it } from 'vitest';

import { inventFredKey, PROJECT_DIR, readLocalSettings } from '../../../infra/local/settings.ts';

it('has defaults for everything and takes an empty variable for an unset one', () => {
  expect(readLocalSettings({ DATABASE_URL: '', ONCE: '' })).toMatchObject({
    apiPort: 3000,
    dashboardPort: 3001,
    dataDir: `${PROJECT_DIR}/.data`,
    databaseUrl: undefined,
    demoFrom: '2021-01-04',
    demoTo: '2022-06-24',
    once: false,
    redisUrl: undefined,
    replayData: `${PROJECT_DIR}/data/replay`,
  });
});

it('reads what is given', () => {
  const env = {
    API_KEYS: 'one,two',
    API_PORT: '4000',
    DATA_DIR: '/srv/macro',
    ONCE: '1',
    REDIS_URL: 'redis://here',
  };
  const expected = {
    apiKey: 'one',
    apiPort: 4000,
    dataDir: '/srv/macro',
    once: true,
    redisUrl: 'redis://here',
  };
  expect(readLocalSettings(env)).toMatchObject(expected);
});

it('names a wrong variable, what was expected and what came', () => {
  expect(() => readLocalSettings({ API_PORT: 'http' })).toThrow(/API_PORT: .*expected number.*got "http"/);
});

it('names a wrong REDIS_URL without repeating it', () => {
  const read = (): unknown => readLocalSettings({ REDIS_URL: 'redis+sentinel://:hunter2@one:26379' });
  expect(read).toThrow(/REDIS_URL: expected \?name=.*got another value/);
  expect(read).not.toThrow(/hunter2/);
});

it('invents a key of the shape that FRED demands', () => {
  expect(inventFredKey()).toMatch(/^[0-9a-z]{32}$/);
});

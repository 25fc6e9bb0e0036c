import { expect, it } from 'vitest';

import {
  parseServerVersion,
  parseSimulatedPackages,
  RedisMissingError,
} from '../../../infra/local/redis-binary.ts';

it('reads the version that Redis and Valkey print', () => {
  const redis = 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0';
  expect(parseServerVersion(redis)).toBe('7.0.15');
  expect(parseServerVersion('Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64')).toBe(
    '8.1.1',
  );
  expect(parseServerVersion('redis-server: command not found')).toBeUndefined();
});

it('reads the packages that apt would install', () => {
  const text = [
    'Reading package lists...',
    'Inst liblzf1 (3.6-3 Debian:12.12/oldstable [amd64])',
    'Inst redis-server (5:7.0.15-1~deb12u10 Debian-Security:12/oldstable-security [amd64])',
    'Conf liblzf1 (3.6-3 Debian:12.12/oldstable [amd64])',
  ].join('\n');
  expect(parseSimulatedPackages(text)).toEqual(['liblzf1', 'redis-server']);
});

it('names three ways to get a Redis and why the automatic one failed', () => {
  const { message } = new RedisMissingError(new Error('apt-get update: no network'));
  expect(message).toContain('apt-get update: no network');
  expect(message.match(/^ {2}[123]\. /gm)).toHaveLength(3);
  expect(message).toContain('REDIS_URL');
});

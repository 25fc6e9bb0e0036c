import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const PROJECT = resolve(import.meta.dirname, '../../..');
const EXACT = /^\d+\.\d+\.\d+(-[0-9a-z.-]+)?$/;

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly optionalDependencies: Versions;
  readonly overrides: Versions;
}

interface LockedPackage {
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly resolved?: string;
  readonly version?: string;
}

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

const read = (name: string): string => readFileSync(resolve(PROJECT, name), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const lock = JSON.parse(read('package-lock.json')) as Lock;

describe('package.json', () => {
  const { dependencies, devDependencies, optionalDependencies, overrides } = manifest;
  const versions = { ...dependencies, ...devDependencies, ...optionalDependencies, ...overrides };

  it('pins every version exactly', () => {
    expect(Object.keys(versions).length).toBeGreaterThan(30);
    expect(Object.entries(versions).filter(([, version]) => !EXACT.test(version))).toEqual([]);
  });

  it('says what the lock says', () => {
    const locked = Object.keys(versions).map((name) => [
      name,
      lock.packages[`node_modules/${name}`]?.version,
    ]);
    expect(Object.fromEntries(locked)).toEqual(versions);
  });
});

describe('package-lock.json', () => {
  it('contains no download addresses', () => {
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
    expect(read('package-lock.json')).not.toMatch(/"resolved"|https?:\/\/[^"]*\.tgz/);
  });

  it('has a checksum for every package but the optional ones of other platforms', () => {
    const packages = Object.entries(lock.packages).filter(
      ([path, { optional }]) => path !== '' && optional !== true,
    );
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path)).toEqual([]);
  });
});

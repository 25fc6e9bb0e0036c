import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const PROJECT = resolve(import.meta.dirname, '../../..');

const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

/** Sources below the given folders: path and text. */
function readSources(folders: readonly string[]): { path: string; text: string }[] {
  return folders.flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => ({ path: join(folder, name), text: read(join(folder, name)) })),
  );
}

/** Paths of the sources in which a pattern occurs. */
function listPathsWith(pattern: RegExp, folders: readonly string[]): string[] {
  return readSources(folders).flatMap(({ path, text }) => (pattern.test(text) ? [path] : []));
}

const rows = read('docs/defects.md')
  .split('\n')
  .filter((line) => /^\| D-\d\d/.test(line))
  .map((line) => {
    const [, id = '', defect = '', prevention = '', tests = ''] = line.split('|').map((cell) => cell.trim());
    const named = [...tests.matchAll(/`([^`]+\.test\.ts)` › (.+?)(?=<br>|$)/g)];
    return {
      id,
      defect,
      prevention,
      tests: named.map(([, path = '', title = '']) => ({ path, title: title.trim() })),
    };
  });

describe('the table of defects', () => {
  it('has all sixty, each with what prevents it and at least one test', () => {
    const ids = Array.from({ length: 60 }, (_, index) => `D-${String(index + 1).padStart(2, '0')}`);
    expect(rows.map(({ id }) => id)).toEqual(ids);
    const bare = rows.filter(
      ({ defect, prevention, tests }) => defect === '' || prevention === '' || tests.length === 0,
    );
    expect(bare.map(({ id }) => id)).toEqual([]);
  });

  it('names tests that exist', () => {
    const named = rows.flatMap(({ id, tests }) => tests.map((test) => ({ id, ...test })));
    expect(named.length).toBeGreaterThan(90);
    const missing = named.filter(({ path, title }) => {
      if (!existsSync(join(PROJECT, path))) return true;
      const titles = [
        ...read(path).matchAll(/\b(?:it|test)(?:\.each\([\s\S]*?\))?\(\s*(['"`])([\s\S]*?)\1,/g),
      ];
      return !titles.some(([, , found]) => found === title);
    });
    expect(missing).toEqual([]);
  });
});

describe('the source', () => {
  it('imports nothing that may be missing', () => {
    expect(listPathsWith(/(?<![\w.])import\(/, ['services', 'shared'])).toEqual([]);
  });

  it('compares release times as instants', () => {
    const cast = /release_time\s*::\s*date|cast\s*\(\s*(?:\w+\.)?release_time/i;
    expect(listPathsWith(cast, ['services', 'shared'])).toEqual([]);
  });

  it('asks no clock in connectors, transforms and models', () => {
    const pure = [
      'shared/calendars',
      'shared/connectors',
      'shared/numeric',
      'services/agents',
      'services/silver',
    ];
    expect(listPathsWith(/Date\.now\(|new Date\(\)/, pure)).toEqual([]);
  });
});

describe('schedules', () => {
  it('are run by a scheduler of their own', () => {
    const compose = read('docker-compose.yml');
    const service = /^ {2}scheduler:\n(?: {4,}.*\n|\n)+/m.exec(compose)?.[0] ?? '';
    expect(service).toContain('services/scheduler/main.ts');
  });
});

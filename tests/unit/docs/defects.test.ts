import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listBareRows, listMissingTests, PROJECT, readDefectRows, readProjectFile } from './defect-table.ts';

const read = readProjectFile;

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

const rows = readDefectRows('docs/defects.md', /^D-\d\d$/);
const agentRows = readDefectRows('docs/agent-defects.md', /^[PDM]\d+$/);

describe('the table of defects', () => {
  it('has all sixty, each with what prevents it and at least one test', () => {
    const ids = Array.from({ length: 60 }, (_, index) => `D-${String(index + 1).padStart(2, '0')}`);
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect(listBareRows(rows)).toEqual([]);
  });

  it('names tests that exist', () => {
    expect(rows.flatMap(({ tests }) => tests).length).toBeGreaterThan(90);
    expect(listMissingTests(rows)).toEqual([]);
  });
});

describe('the table of defects of agents', () => {
  it('has all of P, D and M, each with what prevents it and at least one test', () => {
    const list = (letter: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
    expect(agentRows.map(({ id }) => id)).toEqual([...list('P', 17), ...list('D', 18), ...list('M', 35)]);
    expect(listBareRows(agentRows)).toEqual([]);
  });

  it('names agent tests that exist', () => {
    expect(agentRows.flatMap(({ tests }) => tests).length).toBeGreaterThan(110);
    expect(listMissingTests(agentRows)).toEqual([]);
  });
});

describe('the source', () => {
  it('imports nothing that may be missing', () => {
    // The pages of the dashboard load one another in the browser; the build has them all.
    const paths = listPathsWith(/(?<![\w.])import\(/, ['services', 'shared']);
    expect(paths.filter((path) => !path.startsWith('services/dashboard/web/'))).toEqual([]);
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

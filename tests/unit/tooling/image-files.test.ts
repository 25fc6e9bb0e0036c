import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
/** An import that is there at run time: types are erased. */
const VALUE_IMPORT = /^(?:import|export)(?! type\b)[^;]*?from '(\.[^']+)'|new URL\('(\.[^']+\.ts)', import/gm;

const kept = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
  .split('\n')
  .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));

function listImports(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(VALUE_IMPORT)].map(([, imported, worker]) =>
    relative(ROOT, resolve(ROOT, dirname(file), imported ?? worker ?? '')),
  );
}

/** Every file that is loaded when this one is. */
function listLoaded(entry: string, loaded = new Set<string>()): ReadonlySet<string> {
  if (loaded.has(entry)) return loaded;
  loaded.add(entry);
  for (const file of listImports(entry)) listLoaded(file, loaded);
  return loaded;
}

describe('the image', () => {
  const entries = [
    'infra/cli/main.ts',
    'infra/compose/check-health.ts',
    ...globSync('services/*/main.ts', { cwd: ROOT }),
  ];
  it.each(entries)('holds everything that %s loads', (entry) => {
    const loaded = [...listLoaded(entry)];
    expect(loaded.length).toBeGreaterThan(0);
    expect(
      loaded.filter((file) => !kept.some((path) => file === path || file.startsWith(`${path}/`))),
    ).toEqual([]);
  });
});

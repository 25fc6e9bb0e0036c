import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listLoaded, ROOT } from '../../../infra/sources/list-loaded.ts';

const kept = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
  .split('\n')
  .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));

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

import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const VALUE_IMPORT = /^(?:import|export)(?! type\b)[^;]*?from '([^']+)'/gm;

/** What a file loads when it runs, by its path from the root; packages by their names. */
function listLoaded(file: string, loaded = new Set<string>()): ReadonlySet<string> {
  if (loaded.has(file)) return loaded;
  loaded.add(file);
  for (const [, name = ''] of readFileSync(join(ROOT, file), 'utf8').matchAll(VALUE_IMPORT)) {
    if (name.startsWith('.')) listLoaded(relative(ROOT, resolve(ROOT, dirname(file), name)), loaded);
    else loaded.add(name);
  }
  return loaded;
}

describe('the client of the API', () => {
  it('runs in a browser: it loads the contract, and no server, connector or database', () => {
    const loaded = [...listLoaded('shared/client/client.ts')];
    expect(loaded).toContain('shared/contract/contract.ts');
    expect(loaded.filter((name) => !name.startsWith('shared/')).sort()).toEqual(['luxon', 'zod']);
    expect(loaded.filter((name) => /^shared\/(connectors|db|queues|http)/.test(name))).toEqual([]);
  });
});

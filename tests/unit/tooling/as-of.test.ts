import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
/** A comparison of knowledge with a moment, in SQL. */
const CUTOFF =
  /\b(?:release_time|known_at)"?\s*(?:<=|<|>=|>)\s*(?:\$\{toIso|\$\{sql\.param|\$\{cutoff|\$\{asOf|\$\{knownBy)/;

it('one module compares the moment of a row with a cutoff in SQL', () => {
  const files = ['shared', 'services'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  expect(files.length).toBeGreaterThan(150);
  const comparing = files.filter((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return CUTOFF.test(text) || (file === 'shared/db/as-of.ts' && /<= \$\{toIso\(asOf\)\}/.test(text));
  });
  expect(comparing).toEqual(['shared/db/as-of.ts']);
});

import { chmodSync, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { findClosedParent, isRoot, placeServerHome } from '../../../infra/local/server-home.ts';

function makeOpenDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'server-home-'));
  chmodSync(dir, 0o755);
  return dir;
}

it('finds the nearest directory that others cannot pass', () => {
  const dir = makeOpenDir();
  const inner = join(dir, 'closed', 'inner');
  mkdirSync(inner, { recursive: true });
  expect(findClosedParent(inner)).toBeUndefined();
  chmodSync(join(dir, 'closed'), 0o700);
  expect(findClosedParent(inner)).toBe(join(dir, 'closed'));
  expect(findClosedParent(join(inner, 'not', 'yet', 'there'))).toBe(join(dir, 'closed'));
});

it('makes a directory that only the account of the server can read', () => {
  const home = placeServerHome(makeOpenDir(), 'postgres');
  const found = statSync(home.dir);
  expect(found.mode & 0o777).toBe(0o700);
  expect(home.uid).toBe(isRoot() ? 65_534 : undefined);
  expect(found.uid).toBe(isRoot() ? 65_534 : process.getuid?.());
});

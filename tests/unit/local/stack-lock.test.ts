import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { lockDataDir, StackLockedError } from '../../../infra/local/stack-lock.ts';

function makeDir(): string {
  return mkdtempSync(join(tmpdir(), 'stack-lock-'));
}

it('lets one launcher in and the next one after it', () => {
  const dir = makeDir();
  const release = lockDataDir(dir);
  expect(() => lockDataDir(dir)).toThrow(StackLockedError);
  expect(() => lockDataDir(dir)).toThrow(`(process ${process.pid}) is using ${dir}`);
  release();
  lockDataDir(dir)();
  expect(readdirSync(dir)).toEqual([]);
});

it('takes over the lock of a process that has ended', () => {
  const dir = makeDir();
  writeFileSync(join(dir, 'stack.lock'), '999999999 1');
  lockDataDir(dir)();
  expect(readdirSync(dir)).toEqual([]);
});

it('takes over the lock of a process whose id has been given to another', () => {
  const dir = makeDir();
  writeFileSync(join(dir, 'stack.lock'), `${process.pid} 1`);
  lockDataDir(dir)();
  expect(readdirSync(dir)).toEqual([]);
});

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';
import { inheritEnvironment } from '../../shared/config.ts';

/** A group of tests with a program of Prometheus, given its path; without it on this machine it says NOT RUN and is skipped. */
export function describeWithPrometheus(
  program: 'prometheus' | 'promtool',
  name: string,
  define: (path: string) => void,
): void {
  const dirs = [...(inheritEnvironment()['PATH'] ?? '').split(delimiter), '/usr/bin'];
  const path = dirs.map((dir) => join(dir, program)).find((file) => existsSync(file));
  if (path === undefined) {
    process.stderr.write(
      `NOT RUN: ${name}: no ${program} on this machine (apt-get install --no-install-recommends prometheus)\n`,
    );
    describe.skip(`${name} (NOT RUN: no ${program})`, () => define(''));
    return;
  }
  describe(name, () => define(path));
}

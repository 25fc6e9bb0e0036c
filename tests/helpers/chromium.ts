import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { describe } from 'vitest';

import { inheritEnvironment } from '../../shared/config.ts';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/** The program of a browser on this machine, if there is one. */
export function findChromium(): string | undefined {
  const dirs = [...(inheritEnvironment()['PATH'] ?? '').split(delimiter), '/usr/bin'];
  return dirs
    .flatMap((dir) => PROGRAMS.map((program) => join(dir, program)))
    .find((path) => existsSync(path));
}

/** A group of tests in a real browser, given its program; without one on this machine it says NOT RUN and is skipped. */
export function describeWithChromium(name: string, define: (executablePath: string) => void): void {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    process.stderr.write(`NOT RUN: ${name}: no Chromium on this machine (apt-get install chromium)\n`);
    describe.skip(`${name} (NOT RUN: no Chromium)`, () => define(''));
    return;
  }
  describe(name, () => define(executablePath));
}

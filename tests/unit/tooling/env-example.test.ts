import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ENVIRONMENT_NAMES, loadConfig } from '../../../shared/config.ts';

const TEXT = readFileSync(resolve(import.meta.dirname, '../../../.env.example'), 'utf8');
const LINES = TEXT.split('\n');
const ASSIGNMENT = /^(?:# )?([A-Z][A-Z0-9_]*)=/;

const COMPOSE = readFileSync(resolve(import.meta.dirname, '../../../docker-compose.yml'), 'utf8');
// `$$NAME` is for the shell inside a container.
const readByCompose = [...COMPOSE.matchAll(/(?<!\$)\$\{([A-Z_]+)/g)].flatMap(([, name]) => name ?? []);
const listed = LINES.flatMap((line) => ASSIGNMENT.exec(line)?.[1] ?? []);

describe('.env.example', () => {
  it('lists every variable of the configuration and of docker-compose.yml, each once', () => {
    const names = new Set([...ENVIRONMENT_NAMES, ...readByCompose]);
    expect(listed.toSorted()).toEqual([...names].toSorted());
  });

  it('explains every variable above it', () => {
    const unexplained = LINES.filter((line, i) => {
      if (!ASSIGNMENT.test(line)) return false;
      // Variables that belong together share the comment above the first of them.
      const above = LINES.slice(0, i).findLast((earlier) => !ASSIGNMENT.test(earlier));
      return above === undefined || !/^# \S.*\.$/.test(above);
    });
    expect(unexplained).toEqual([]);
  });

  it('gives the defaults', () => {
    const given = parseEnv(TEXT);
    expect(Object.keys(given).length).toBeGreaterThan(20);
    expect(loadConfig(given)).toEqual(loadConfig({}));
  });
});

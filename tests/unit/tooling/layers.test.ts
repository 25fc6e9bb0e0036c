import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const PROJECT = resolve(import.meta.dirname, '../../..');
const LINT_TIMEOUT_MS = 60_000;

/** A file with one line that must be reported, and by which rule. */
interface Violation {
  readonly file: string;
  readonly code: string;
  readonly rule: string;
}

const VIOLATIONS: readonly Violation[] = [
  // A layer imports another one.
  {
    file: 'shared/a.ts',
    code: `export { value } from '../services/silver/value.ts';`,
    rule: 'layers(imports)',
  },
  {
    file: 'shared/b.ts',
    code: `export const late = import('../services/silver/value.ts');`,
    rule: 'layers(imports)',
  },
  { file: 'shared/c.ts', code: `export { value } from '../infra/value.ts';`, rule: 'layers(imports)' },
  {
    file: 'services/agents/a.ts',
    code: `export { value } from '../silver/value.ts';`,
    rule: 'layers(imports)',
  },
  {
    file: 'services/agents/deep/b.ts',
    code: `export * from '../../silver/value.ts';`,
    rule: 'layers(imports)',
  },
  {
    file: 'services/agents/c.ts',
    code: `import type { Value } from '../silver/value.ts';\nexport type Own = Value;`,
    rule: 'layers(imports)',
  },
  {
    file: 'services/agents/d.ts',
    code: `export { value } from '../../infra/value.ts';`,
    rule: 'layers(imports)',
  },
  {
    file: 'services/agents/e.ts',
    code: `export { value } from '../../tests/value.ts';`,
    rule: 'layers(imports)',
  },
  // Modules with one home.
  {
    file: 'services/scheduler/a.ts',
    code: `import { Queue } from 'bullmq';\nexport const queue = new Queue('runs');`,
    rule: 'layers(imports)',
  },
  { file: 'infra/cli/a.ts', code: `export { Queue } from 'bullmq';`, rule: 'layers(imports)' },
  {
    file: 'services/api/a.ts',
    code: `import { Redis } from 'ioredis';\nexport const redis = new Redis();`,
    rule: 'layers(imports)',
  },
  {
    file: 'shared/connectors/a.ts',
    code: `import axios from 'axios';\nexport const get = axios.get;`,
    rule: 'layers(imports)',
  },
  {
    file: 'shared/connectors/b.ts',
    code: `export { default } from 'yahoo-finance2';`,
    rule: 'layers(imports)',
  },
  {
    file: 'services/bronze/a.ts',
    code: `import { request } from 'node:https';\nexport const ask = request;`,
    rule: 'layers(imports)',
  },
  {
    file: 'services/bronze/b.ts',
    code: `import { get } from 'http';\nexport const ask = get;`,
    rule: 'layers(imports)',
  },
  {
    file: 'services/bronze/c.ts',
    code: `import { connect } from 'node:net';\nexport const ask = connect;`,
    rule: 'layers(imports)',
  },
  {
    file: 'services/api/b.ts',
    code: `export { createBullBoard } from '@bull-board/api';`,
    rule: 'layers(imports)',
  },
  // The network without a module.
  {
    file: 'services/bronze/d.ts',
    code: `export const answer = await fetch('https://example.org');`,
    rule: 'layers(network)',
  },
  {
    file: 'services/bronze/e.ts',
    code: `export const answer = await globalThis.fetch('https://example.org');`,
    rule: 'layers(network)',
  },
  {
    file: 'services/bronze/f.ts',
    code: `export const socket = new WebSocket('wss://example.org');`,
    rule: 'layers(network)',
  },
  // The environment.
  {
    file: 'services/bronze/g.ts',
    code: `export const key = process.env.FRED_API_KEY;`,
    rule: 'layers(environment)',
  },
  {
    file: 'infra/local/a.ts',
    code: `export const key = process['env']['FRED_API_KEY'];`,
    rule: 'layers(environment)',
  },
  {
    file: 'tests/a.ts',
    code: `const { env } = process;\nexport const key = env['FRED_API_KEY'];`,
    rule: 'layers(environment)',
  },
  { file: 'shared/d.ts', code: `export { env } from 'node:process';`, rule: 'layers(imports)' },
  // Parse, compute and assess.
  { file: 'shared/numeric/a.ts', code: `export const now = Date.now();`, rule: 'layers(deterministic)' },
  { file: 'services/silver/a.ts', code: `export const now = new Date();`, rule: 'layers(deterministic)' },
  {
    file: 'services/agents/f.ts',
    code: `export const noise = Math.random();`,
    rule: 'layers(deterministic)',
  },
  // Promises that nobody waits for.
  {
    file: 'shared/e.ts',
    code: `const work = async (): Promise<void> => undefined;\nexport function start(): void {\n  work();\n}`,
    rule: 'typescript(no-floating-promises)',
  },
  {
    file: 'shared/f.ts',
    // A thenable that is no Promise: a query builder.
    code: [
      'interface Query {',
      '  then(resolve: (rows: number) => void, reject: (error: unknown) => void): void;',
      '}',
      'export function run(query: () => Query): void {',
      '  query();',
      '}',
    ].join('\n'),
    rule: 'typescript(no-floating-promises)',
  },
  {
    file: 'shared/g.ts',
    code: `const isReady = async (): Promise<boolean> => false;\nexport const answer = isReady() ? 1 : 2;`,
    rule: 'typescript(no-misused-promises)',
  },
  { file: 'shared/h.ts', code: `export const answer = await 1;`, rule: 'typescript(await-thenable)' },
  // House rules.
  {
    file: 'shared/i.ts',
    code: `export const parse = (text: any): string => String(text);`,
    rule: 'typescript(no-explicit-any)',
  },
  {
    file: 'shared/j.ts',
    code: `export const say = (): void => console.log('hello');`,
    rule: 'eslint(no-console)',
  },
  { file: 'shared/k.ts', code: `export default 1;`, rule: 'import(no-default-export)' },
  { file: 'shared/l.ts', code: `// TODO: later\nexport const one = 1;`, rule: 'eslint(no-warning-comments)' },
];

/** Files that do the same where it belongs, and must not be reported. */
const CLEAN: Readonly<Record<string, string>> = {
  'infra/local/readiness.ts': `export const isUp = async (url: string): Promise<boolean> => (await fetch(url)).ok;`,
  'infra/value.ts': `export const value = 1;`,
  'services/api/server.ts': `import { createServer, type Server } from 'node:http';\nexport const open = (): Server => createServer();`,
  'services/bronze/caller.ts': [
    `import { value } from './deep/own.ts';`,
    `import { shared } from '../../shared/own.ts';`,
    `import type { IncomingMessage } from 'node:http';`,
    `export async function ask(http: { fetch(url: string): Promise<IncomingMessage> }): Promise<unknown[]> {`,
    `  return [value, shared, await http.fetch('https://example.org')];`,
    `}`,
  ].join('\n'),
  'services/bronze/deep/own.ts': `export const value = Date.now();`,
  'services/dashboard/board.ts': `export { Queue } from 'bullmq';`,
  'services/silver/value.ts': `export type Value = number;\nexport const value = new Date(0).getTime();`,
  'shared/config.ts': `export const readHome = (): string | undefined => process.env['HOME'];`,
  'shared/http.ts': `export const ask = async (url: string): Promise<Response> => fetch(url);`,
  'shared/own.ts': `export const shared = 1;`,
  'shared/queues/producer.ts': `export { Redis } from 'ioredis';`,
  'tests/value.ts': `export const value = await fetch('http://127.0.0.1').then((answer) => answer.status);`,
};

interface Report {
  readonly code: string;
  readonly filename: string;
}

/** Runs the linter with the project's own configuration over a small project. */
async function lint(folder: string): Promise<Report[]> {
  const options = { cwd: folder, maxBuffer: 16 * 1024 * 1024, timeout: LINT_TIMEOUT_MS };
  const run = promisify(execFile)(
    process.execPath,
    [join(PROJECT, 'node_modules/oxlint/bin/oxlint'), '--format=json'],
    options,
  );
  const output = await run.catch((error: { readonly stdout: string }) => error);
  const { diagnostics } = JSON.parse(output.stdout) as { readonly diagnostics: Report[] };
  return diagnostics;
}

describe('the layer rules of the linter', () => {
  let folder: string;
  let reports: Report[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'layers-'));
    const files: Record<string, string> = {
      // Without the slash at its end: here it is a link, and would be linted as a folder of the project.
      '.gitignore': 'node_modules',
      'oxlint.config.ts': `export { default } from '${PROJECT}/oxlint.config.ts';`,
      'package.json': '{ "type": "module" }',
      'tsconfig.json': JSON.stringify({
        extends: `${PROJECT}/tsconfig.json`,
        include: ['infra', 'services', 'shared', 'tests'],
      }),
      ...CLEAN,
      ...Object.fromEntries(VIOLATIONS.map(({ code, file }) => [file, code])),
    };
    for (const [file, code] of Object.entries(files)) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), `${code}\n`);
    }
    symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
    reports = await lint(folder);
  }, LINT_TIMEOUT_MS);

  afterAll(() => rmSync(folder, { force: true, recursive: true }));

  it.each(VIOLATIONS)('report $rule in $file: $code', ({ file, rule }) => {
    const found = reports.filter(({ filename }) => filename === file).map(({ code }) => code);
    expect(found).toContain(rule);
  });

  it('report nothing where the same is allowed', () => {
    expect(reports.filter(({ filename }) => Object.hasOwn(CLEAN, filename))).toEqual([]);
  });
});

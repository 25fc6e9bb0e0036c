import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { PROJECT_DIR } from '../../../infra/local/settings.ts';

const SECRET = 'Tr0ub4dor-and-3';

/** The lines that a process writes which logs this; `log` is in scope. */
function logInProcess(statements: string): Record<string, unknown>[] {
  const program = `import { createLogger } from './shared/logger.ts';\nconst log = createLogger('test', 'info');\n${statements}`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: PROJECT_DIR,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = output.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a line of the log', () => {
  it.each([
    ['a field', `log.info({ password: '${SECRET}' }, 'x')`],
    ['a field of a field', `log.info({ config: { FRED_API_KEY: '${SECRET}', token: '${SECRET}' } }, 'x')`],
    ['a header', `log.info({ headers: { authorization: '${SECRET}', 'set-cookie': '${SECRET}' } }, 'x')`],
    ['the address of a database', `log.info({ url: 'postgres://macro:${SECRET}@db:5432/macro' }, 'x')`],
    ['the address of a Redis without a user', `log.info('cannot reach redis://:${SECRET}@redis:6379')`],
    ['a query', `log.info({ url: 'https://api.stlouisfed.org/fred?series_id=GDP&api_key=${SECRET}' }, 'x')`],
    ['an error with its stack', `log.error({ err: new Error('GET /?a=1&api_key=${SECRET}&b=2') }, 'x')`],
    [
      'the cause of an error',
      `log.error({ err: new Error('x', { cause: new Error('Bearer ${SECRET}') }) }, 'x')`,
    ],
    [
      'an error of ioredis, which carries the login that was refused',
      `log.error({ err: Object.assign(new Error('WRONGPASS'), { command: { name: 'hello', args: ['3', 'AUTH', 'macro', '${SECRET}'] } }) }, 'x')`,
    ],
    [
      'what the last server of a cluster said in such an error',
      `log.error({ err: Object.assign(new Error('Failed to refresh slots cache.'), { lastNodeError: Object.assign(new Error('WRONGPASS'), { command: { name: 'auth', args: ['macro', '${SECRET}'] } }) }) }, 'x')`,
    ],
    ['a child', `log.child({ apiKey: '${SECRET}' }).info('x')`],
  ])('holds no secret that came in %s', (_place, statement) => {
    const lines = logInProcess(statement);
    expect(lines.length).toBe(1);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
    expect(JSON.stringify(lines)).toContain('[redacted]');
  });

  it('is what remains of a process that an error ended, without what the error carries', () => {
    const error = `Object.assign(new Error('WRONGPASS'), { command: { args: ['AUTH', '${SECRET}'] } })`;
    const program = `import { runService } from './shared/process.ts';
      await runService('test', async () => void setImmediate(() => Promise.reject(${error})));`;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', program],
      {
        cwd: PROJECT_DIR,
        encoding: 'utf8',
      },
    );
    expect([status, stderr]).toEqual([1, '']);
    expect(stdout).toContain('WRONGPASS');
    expect(stdout).toContain('ended by an error that nobody caught');
    expect(stdout).not.toContain(SECRET);
  });

  it('keeps what is beside a secret', () => {
    const [line] = logInProcess(
      `log.info({ url: 'postgres://macro:${SECRET}@db:5432/macro?api_key=${SECRET}&limit=3' }, 'x')`,
    );
    expect(line?.['url']).toBe('postgres://macro:[redacted]@db:5432/macro?api_key=[redacted]&limit=3');
  });

  it('leaves addresses without a secret as they are', () => {
    const urls = [
      'http://127.0.0.1:3000/v1/runs?from=2022-01-03',
      'https://data.b3.com.br/a@b',
      'GET /v1/series/A:B',
    ];
    const lines = logInProcess(`for (const url of ${JSON.stringify(urls)}) log.info({ url }, 'x');`);
    expect(lines.map(({ url }) => url)).toEqual(urls);
  });

  it('is JSON with the ids of run, task and partitions that its child logger was given', () => {
    const ids = { runId: 'r', taskId: 't', asset: 'bronze_fred', from: '2022-01-03', to: '2022-01-31' };
    const [line] = logInProcess(`log.child(${JSON.stringify(ids)}).info({ rows: 3 }, 'materialized')`);
    expect(line).toMatchObject({ service: 'test', msg: 'materialized', rows: 3, ...ids });
  });
});

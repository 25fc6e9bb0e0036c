import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, expect, it } from 'vitest';

import {
  type ProcessGaveUpError,
  type ProcessSpec,
  superviseProcess,
  type SupervisionHooks,
} from '../../../infra/local/supervisor.ts';

const dir = mkdtempSync(join(tmpdir(), 'supervisor-'));

afterAll(() => {
  rmSync(dir, { recursive: true });
});

function specify(name: string, script: string): ProcessSpec {
  return {
    args: ['-e', script],
    command: process.execPath,
    cwd: dir,
    env: {},
    ipc: true,
    logFile: join(dir, `${name}.log`),
    name,
    stopSignal: 'SIGTERM',
  };
}

const silent: SupervisionHooks = { announce: () => undefined, giveUp: () => undefined };

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function waitFor<Found>(find: () => Found | undefined | false): Promise<Found> {
  for (let tries = 0; tries < 1_000; tries += 1) {
    const found = find();
    if (found !== undefined && found !== false) return found;
    await sleep(50);
  }
  throw new Error('waited 50 s in vain');
}

function readLog(name: string): string {
  try {
    return readFileSync(join(dir, `${name}.log`), 'utf8');
  } catch {
    return '';
  }
}

it('starts a process again when it was killed', async () => {
  const lines: string[] = [];
  const hooks = { ...silent, announce: (line: string) => lines.push(line) };
  const server = superviseProcess(specify('killed', 'setInterval(() => {}, 1000)'), hooks);
  const first = server.pid() ?? 0;
  process.kill(first, 'SIGKILL');
  const second = await waitFor(() => server.pid() !== first && server.pid());
  expect(second).not.toBe(first);
  expect(lines).toEqual(['killed ended (SIGKILL); starting it again in 250 ms']);
  await server.stop(1_000);
  expect(isAlive(second)).toBe(false);
});

it('gives up after 5 crashes with the tail of the log', async () => {
  const error = await new Promise<ProcessGaveUpError>((resolve) => {
    // A shell starts so fast that five of them end within a minute on any machine.
    const spec = { ...specify('broken', ''), args: ['-c', 'echo cannot work; exit 3'], command: '/bin/sh' };
    superviseProcess({ ...spec, ipc: false }, { ...silent, giveUp: resolve });
  });
  expect(error.message).toContain('broken ended 5 times within a minute (last: exit code 3)');
  expect(error.logTail.match(/cannot work/g)).toHaveLength(5);
  expect(readLog('broken').match(/ended by itself/g)).toHaveLength(5);
});

it('gives up when the program does not exist', async () => {
  const spec = { ...specify('absent', ''), command: join(dir, 'absent'), ipc: false };
  const error = await new Promise<ProcessGaveUpError>((resolve) => {
    superviseProcess(spec, { ...silent, giveUp: resolve });
  });
  expect(error.message).toContain('ENOENT');
});

it('kills a process that ignores its stop signal, with the processes it started', async () => {
  const script = `
    process.on('SIGTERM', () => {});
    const child = require('node:child_process').spawn('sleep', ['60'], { stdio: 'ignore' });
    console.log('grandchild ' + child.pid);
    setInterval(() => {}, 1000);`;
  const server = superviseProcess(specify('stubborn', script), silent);
  const grandchild = Number(await waitFor(() => /grandchild (\d+)/.exec(readLog('stubborn'))?.[1]));
  const pid = server.pid() ?? 0;
  // It would go on for ever.
  await server.stop(300);
  await waitFor(() => !isAlive(grandchild));
  expect(isAlive(pid)).toBe(false);
});

it('does not start a process again that was stopped while it waited for its restart', async () => {
  const crashed = Promise.withResolvers<void>();
  const spec = { ...specify('between', ''), args: ['-c', 'echo began; exit 1'], command: '/bin/sh' };
  const server = superviseProcess({ ...spec, ipc: false }, { ...silent, announce: () => crashed.resolve() });
  await crashed.promise;
  await server.stop(1_000);
  await sleep(600);
  expect(server.pid()).toBeUndefined();
  expect(readLog('between').match(/began/g)).toHaveLength(1);
  expect(readLog('between').match(/ended by itself/g)).toHaveLength(1);
});

it('stops its processes when it is killed itself', async () => {
  const spec = { ...specify('orphan', ''), args: ['60'], command: '/bin/sleep', ipc: false };
  const parent = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { superviseProcess } from ${JSON.stringify(join(import.meta.dirname, '../../../infra/local/supervisor.ts'))};
       const hooks = { announce() {}, giveUp() {} };
       console.log(superviseProcess(${JSON.stringify(spec)}, hooks).pid());`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [output] = (await once(parent.stdout, 'data')) as [Buffer];
  const orphan = Number(output.toString());
  expect(isAlive(orphan)).toBe(true);
  parent.kill('SIGKILL');
  await waitFor(() => !isAlive(orphan));
  expect(isAlive(orphan)).toBe(false);
});

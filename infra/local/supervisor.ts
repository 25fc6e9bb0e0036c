import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';

import { computeRestartDelay, listRecentCrashes, MAX_CRASHES } from './crash-policy.ts';
import { openLog, readLogTail } from './log-file.ts';
import { guardProcess, releaseProcess } from './watchdog.ts';

/** How one child process is started and stopped. */
export interface ProcessSpec {
  /** Name in messages. */
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Account to run as; only root can set it. Defaults to the account of this process. */
  uid?: number | undefined;
  gid?: number | undefined;
  /** Opens a Node.js IPC channel, whose end (`disconnect`) tells the child that its parent is gone. */
  ipc: boolean;
  /** The signal that asks the process to end. */
  stopSignal: NodeJS.Signals;
  /** Receives standard output and standard error. */
  logFile: string;
}

/** What a supervised process reports. */
export interface SupervisionHooks {
  /** Receives a line for people when a process crashed and is started again. */
  announce: (line: string) => void;
  /** Called once when the process is not started again. */
  giveUp: (error: ProcessGaveUpError) => void;
}

/** A process that is started again whenever it ends without having been asked to. */
export interface SupervisedProcess {
  readonly name: string;
  /** The id of the running process, `undefined` between two starts. */
  pid: () => number | undefined;
  /** Ends it: its stop signal, then SIGKILL for its whole process group after `graceMs`. */
  stop: (graceMs: number) => Promise<void>;
}

/** Thrown (and handed to `giveUp`) when a process crashed 5 times within a minute; carries the tail of its log. */
export class ProcessGaveUpError extends Error {
  override readonly name = 'ProcessGaveUpError';
  readonly processName: string;
  readonly logTail: string;

  constructor(processName: string, logFile: string, how: string) {
    const logTail = readLogTail(logFile);
    super(
      `${processName} ended ${MAX_CRASHES} times within a minute (last: ${how}) and is not started again.\n` +
        `The end of ${logFile}:\n${logTail}`,
    );
    this.processName = processName;
    this.logTail = logTail;
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is already empty.
  }
}

function startChild(spec: ProcessSpec): { child: ChildProcess; ended: Promise<string> } {
  const log = openLog(spec.logFile);
  try {
    const child = spawn(spec.command, spec.args, {
      cwd: spec.cwd,
      // Its own process group, so that Ctrl-C on the terminal reaches the launcher only and the launcher decides the order.
      detached: true,
      env: spec.env,
      gid: spec.gid,
      stdio: spec.ipc ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
      uid: spec.uid,
    });
    const ended = new Promise<string>((resolve) => {
      child.once('error', (error) => {
        if (child.pid === undefined) resolve(error.message);
      });
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    if (child.pid !== undefined) guardProcess(child.pid, spec.stopSignal);
    return { child, ended };
  } finally {
    closeSync(log);
  }
}

function noteInLog(spec: ProcessSpec, text: string): void {
  const log = openLog(spec.logFile);
  writeSync(log, `[supervisor] ${spec.name}: ${text}\n`);
  closeSync(log);
}

/**
 * Starts a process and keeps it running: restart after 250 ms, doubling to 5 s, until it crashed 5 times within a minute.
 * Every end that was not asked for with `stop` counts as a crash, exit code 0 included.
 */
export function superviseProcess(spec: ProcessSpec, hooks: SupervisionHooks): SupervisedProcess {
  let crashesMs: number[] = [];
  let running: { child: ChildProcess; ended: Promise<string> } | undefined;
  let restart: NodeJS.Timeout | undefined;
  let stopping = false;

  const handleCrash = (how: string): void => {
    const nowMs = Date.now();
    crashesMs = [...listRecentCrashes(crashesMs, nowMs), nowMs];
    noteInLog(spec, `ended by itself (${how})`);
    if (crashesMs.length >= MAX_CRASHES) {
      hooks.giveUp(new ProcessGaveUpError(spec.name, spec.logFile, how));
      return;
    }
    const delayMs = computeRestartDelay(crashesMs.length);
    hooks.announce(`${spec.name} ended (${how}); starting it again in ${delayMs} ms`);
    restart = setTimeout(launch, delayMs);
  };

  const launch = (): void => {
    const started = startChild(spec);
    running = started;
    const { pid } = started.child;
    void started.ended.then((how) => {
      running = undefined;
      if (pid !== undefined) {
        killGroup(pid);
        releaseProcess(pid);
      }
      if (!stopping) handleCrash(how);
    });
  };

  const stop = async (graceMs: number): Promise<void> => {
    stopping = true;
    clearTimeout(restart);
    if (!running) return;
    const { child, ended } = running;
    child.kill(spec.stopSignal);
    const force = setTimeout(() => {
      if (child.pid !== undefined) killGroup(child.pid);
    }, graceMs);
    await ended;
    clearTimeout(force);
  };

  launch();
  return { name: spec.name, pid: () => running?.child.pid, stop };
}

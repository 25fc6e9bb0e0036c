import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, delimiter, join } from 'node:path';

import { inheritEnvironment } from '../../shared/config.ts';
import { openToAll } from './file-modes.ts';
import { isRoot, placeServerHome } from './server-home.ts';

/** How the server program was found: on the PATH, installed with apt by root, or unpacked from Debian packages. */
export type RedisRung = 'path' | 'apt-install' | 'apt-download';

/** A Redis or Valkey server program. */
export interface RedisBinary {
  command: string;
  /** Additional environment, such as the place of its libraries. */
  env: Record<string, string>;
  rung: RedisRung;
  /** Such as `7.0.15`. */
  version: string;
}

const OLDEST_MAJOR = 6;
const PROGRAMS = ['redis-server', 'valkey-server'];

/** Where programs are on Debian even when the PATH of an ordinary user does not say so. */
const SYSTEM_DIRS = ['/usr/local/bin', '/usr/bin', '/usr/sbin', '/opt/homebrew/bin'];

/** Thrown when there is no Redis and none can be had: names the three ways to get one. */
export class RedisMissingError extends Error {
  override readonly name = 'RedisMissingError';

  constructor(cause?: unknown) {
    const reason = cause instanceof Error ? `\n(the automatic way failed: ${cause.message})` : '';
    super(
      `No Redis server was found.${reason}\nThree ways to get one:\n` +
        '  1. point to a running server:      REDIS_URL=redis://host:6379 make demo\n' +
        '  2. install one on this machine:    apt-get install redis-server, dnf install valkey, or brew install redis\n' +
        '  3. run one in a container:         docker run -d -p 127.0.0.1:6379:6379 redis:7 redis-server\n' +
        '                                     --maxmemory-policy noeviction, then way 1',
      { cause },
    );
  }
}

/** The version in what `redis-server --version` or `valkey-server --version` prints, `undefined` if there is none. */
export function parseServerVersion(text: string): string | undefined {
  return /\bv=(\d+\.\d+\.\d+)/.exec(text)?.[1];
}

/** The package names of the `Inst` lines that `apt-get install --simulate` prints. */
export function parseSimulatedPackages(text: string): string[] {
  return [...text.matchAll(/^Inst (\S+) /gm)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

function probe(command: string, env: Record<string, string>, rung: RedisRung): RedisBinary | undefined {
  const { status, stdout } = spawnSync(command, ['--version'], {
    encoding: 'utf8',
    env: { ...inheritEnvironment(), ...env },
  });
  const version = status === 0 ? parseServerVersion(stdout) : undefined;
  if (version === undefined || Number(version.split('.')[0]) < OLDEST_MAJOR) return undefined;
  return { command, env, rung, version };
}

function findOnPath(rung: RedisRung): RedisBinary | undefined {
  const dirs = [...(inheritEnvironment()['PATH'] ?? '').split(delimiter), ...SYSTEM_DIRS];
  for (const dir of new Set(dirs)) {
    for (const program of PROGRAMS) {
      const command = join(dir, program);
      if (dir !== '' && existsSync(command)) {
        const binary = probe(command, {}, rung);
        if (binary) return binary;
      }
    }
  }
  return undefined;
}

function isDebian(): boolean {
  return existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg');
}

function runApt(command: string, args: string[], cwd: string): string {
  const { error, status, stderr, stdout } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...inheritEnvironment(), DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
    timeout: 300_000,
  });
  if (status === 0) return stdout;
  const said = error?.message ?? stderr.trim().split('\n').slice(-3).join(' ');
  throw new Error(`${command} ${args.filter((arg) => !arg.startsWith('-')).join(' ')}: ${said}`);
}

/** Debian's own way to say "do not start services": consulted by every package's install script. */
function withoutServiceStart(action: () => void): void {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    action();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

function installWithApt(): RedisBinary | undefined {
  const lock = ['-o', 'DPkg::Lock::Timeout=120'];
  runApt('apt-get', [...lock, '-q', 'update'], '/');
  withoutServiceStart(() => {
    runApt('apt-get', [...lock, '-q', '-y', '--no-install-recommends', 'install', 'redis-server'], '/');
  });
  return findOnPath('apt-install');
}

function findProgram(root: string, names: string[]): string | undefined {
  const entry = readdirSync(root, { recursive: true, withFileTypes: true }).find(
    (found) => names.includes(found.name) && basename(found.parentPath) === 'bin',
  );
  return entry && join(entry.parentPath, entry.name);
}

/** Folders of the unpacked tree that hold shared libraries. */
function listLibraryDirs(root: string): string[] {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const dirs = entries.filter(({ name }) => /\.so(\.|$)/.test(name)).map(({ parentPath }) => parentPath);
  return [...new Set(dirs)].sort();
}

function findUnpacked(root: string): RedisBinary | undefined {
  if (!existsSync(root)) return undefined;
  const command = findProgram(root, PROGRAMS);
  if (command === undefined) return undefined;
  return probe(command, { LD_LIBRARY_PATH: listLibraryDirs(root).join(delimiter) }, 'apt-download');
}

/** Debian keeps the program in redis-tools under the name of its checker; the name it is called by decides what it does. */
function nameServerProgram(root: string): void {
  if (findProgram(root, PROGRAMS)) return;
  const checker = findProgram(root, ['redis-check-rdb', 'valkey-check-rdb']);
  if (checker !== undefined) symlinkSync(basename(checker), checker.replace('-check-rdb', '-server'));
}

/** Downloads the packages into a private place with private package lists, which needs no rights; apt checks their signatures. */
function downloadWithApt(target: string): RedisBinary | undefined {
  const draft = mkdtempSync(`${target}.`);
  try {
    const lists = join(draft, 'lists');
    const archives = join(draft, 'archives');
    const unpacked = join(draft, 'root');
    for (const dir of [join(lists, 'partial'), join(archives, 'partial'), unpacked])
      mkdirSync(dir, { recursive: true });
    const own = [
      `Dir::State::lists=${lists}`,
      `Dir::Cache=${join(draft, 'cache')}`,
      `Dir::Cache::archives=${archives}`,
      'Dir::Cache::pkgcache=',
      'Dir::Cache::srcpkgcache=',
      'APT::Sandbox::User=',
      'Debug::NoLocking=1',
      'APT::Update::Post-Invoke::=',
      'APT::Update::Post-Invoke-Success::=',
    ].flatMap((option) => ['-o', option]);
    runApt('apt-get', [...own, '-q', 'update'], draft);
    const plan = runApt(
      'apt-get',
      [...own, '--simulate', '--no-install-recommends', 'install', 'redis-server'],
      draft,
    );
    runApt('apt-get', [...own, '-q', 'download', ...parseSimulatedPackages(plan)], archives);
    for (const file of readdirSync(archives).filter((name) => name.endsWith('.deb'))) {
      runApt('dpkg', ['-x', join(archives, file), unpacked], draft);
    }
    nameServerProgram(unpacked);
    openToAll(unpacked);
    rmSync(target, { force: true, recursive: true });
    renameSync(unpacked, target);
  } finally {
    rmSync(draft, { force: true, recursive: true });
  }
  return findUnpacked(target);
}

/**
 * Finds a Redis or Valkey server program, or gets one: on the PATH; unpacked by an earlier start in `<dataDir>/redis-bin`; on
 * Debian installed with apt by root, or downloaded with apt and unpacked there by an ordinary user.
 *
 * @throws RedisMissingError if none is there and none can be had.
 */
export function findRedisBinary(dataDir: string, announce: (line: string) => void): RedisBinary {
  const installed = findOnPath('path');
  if (installed) return installed;
  if (!isDebian()) throw new RedisMissingError();
  const target = join(placeServerHome(dataDir, 'redis-bin').dir, 'root');
  const unpacked = findUnpacked(target);
  if (unpacked) return unpacked;
  let reason: unknown;
  const ways: [string, () => RedisBinary | undefined][] = [
    ...(isRoot()
      ? [['installing redis-server with apt', installWithApt] as [string, () => RedisBinary | undefined]]
      : []),
    ['downloading redis-server with apt into a private folder', () => downloadWithApt(target)],
  ];
  for (const [what, way] of ways) {
    announce(`no Redis on this machine: ${what}`);
    try {
      const binary = way();
      if (binary) return binary;
    } catch (error) {
      reason = error;
    }
  }
  throw new RedisMissingError(reason);
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PROJECT_DIR } from './settings.ts';

/*
 * Packages with native parts name one optional package per platform. A registry mirror that lacks some of them makes `npm
 * install` write a lock without these, and `npm ci` then refuses that lock. This completes the lock with entries that say
 * for which platform each of them is, as npm itself writes them where it finds them; run it after every `npm install`.
 */

interface LockedPackage {
  cpu?: string[];
  dev?: boolean;
  libc?: string[];
  optional?: boolean;
  optionalDependencies?: Record<string, string>;
  os?: string[];
  version?: string;
}

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** Reads the platform in a package name such as `@oxlint/binding-linux-x64-musl`. @throws Error if it names none. */
function describePlatform(name: string, version: string, dev: boolean | undefined): LockedPackage {
  const words = name.replace(/^@[^/]+\//, '').split(/[-/]/);
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  const os = SYSTEMS.filter((system) => words.includes(system));
  if (os.length === 0 && cpu.length === 0) throw new Error(`expected a platform in the name of ${name}`);
  const isMusl = words.some((word) => word.startsWith('musl'));
  const libc = isMusl
    ? ['musl']
    : words.some((word) => word.startsWith('gnu')) && os.includes('linux')
      ? ['glibc']
      : [];
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(dev && { dev }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  };
}

/** True when the lock has the package `name` where Node.js looks for it from `from`. */
function isLocked(packages: Record<string, LockedPackage>, from: string, name: string): boolean {
  for (let dir = from; dir !== ''; dir = dir.slice(0, Math.max(dir.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${dir}/node_modules/${name}`]) return true;
  }
  return packages[`node_modules/${name}`] !== undefined;
}

const file = join(PROJECT_DIR, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> };
const missing = Object.entries(lock.packages).flatMap(([path, { dev, optionalDependencies }]) =>
  Object.entries(path === '' ? {} : (optionalDependencies ?? {}))
    .filter(([name]) => !isLocked(lock.packages, path, name))
    .map(([name, version]) => [`node_modules/${name}`, describePlatform(name, version, dev)] as const),
);
const completed = [...Object.entries(lock.packages), ...missing].sort(([a], [b]) =>
  a < b ? -1 : a > b ? 1 : 0,
);
writeFileSync(
  file,
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(completed) }, undefined, 2)}\n`,
);
process.stdout.write(`${missing.length} platform packages added to package-lock.json\n`);

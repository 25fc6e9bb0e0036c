import { createHash } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** `nobody` of Debian and its kin: the account that root hands the servers to, since PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

/** Where a private server keeps its files, and the account it runs as (`undefined`: the account of this process). */
export interface ServerHome {
  dir: string;
  uid?: number | undefined;
  gid?: number | undefined;
}

/** True when this process runs as root. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The nearest directory above `path` (or itself) that an account without any rights cannot pass, if there is one. */
export function findClosedParent(path: string): string | undefined {
  for (let dir = resolve(path); ; dir = dirname(dir)) {
    if (existsSync(dir) && (statSync(dir).mode & 0o001) === 0) return dir;
    if (dir === dirname(dir)) return undefined;
  }
}

/**
 * A directory of root outside closed parents for what belongs to `path`, always the same one for the same path.
 *
 * @throws Error if something else already has that name.
 */
export function openSideDirectory(path: string): string {
  const hash = createHash('sha256').update(resolve(path)).digest('hex').slice(0, 12);
  const dir = join('/var/tmp', `macro-pipeline-${hash}`);
  if (!existsSync(dir)) mkdirSync(dir, { mode: 0o711 });
  const found = lstatSync(dir);
  // Anyone may create names in /var/tmp: what root did not make itself is not to be trusted.
  if (!found.isDirectory() || found.uid !== 0) throw new Error(`expected ${dir} to be a directory of root`);
  return dir;
}

/**
 * Prepares the directory of a private server under `dataDir` and says as whom to run it.
 *
 * An ordinary user runs it as itself. Root runs it as the owner of the directory, or as `nobody` when it makes the directory;
 * where `nobody` cannot reach `dataDir` (a checkout under /root), the directory is in /var/tmp and `<name>.location` names it.
 */
export function placeServerHome(dataDir: string, name: string): ServerHome {
  mkdirSync(dataDir, { recursive: true });
  if (!isRoot()) {
    const dir = join(dataDir, name);
    mkdirSync(dir, { mode: 0o700, recursive: true });
    return { dir };
  }
  const closed = findClosedParent(dataDir);
  const parent = closed ? openSideDirectory(dataDir) : dataDir;
  const dir = join(parent, name);
  if (closed) writeFileSync(join(dataDir, `${basename(name)}.location`), `${dir}\n`);
  if (!existsSync(dir)) mkdirSync(dir, { mode: 0o700 });
  const { gid, uid } = statSync(dir);
  if (uid !== 0) return { dir, gid, uid };
  chownSync(dir, NOBODY, NOBODY);
  return { dir, gid: NOBODY, uid: NOBODY };
}

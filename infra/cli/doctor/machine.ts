import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { formatBytes } from '../format-number.ts';
import { ok, warn, wrong, type Check, type Finding } from './check.ts';

const NODE_MAJOR = 24;
const GIBIBYTE = 2 ** 30;
/** PostgreSQL and Redis stop when they cannot write. */
const LEAST_FREE_BYTES = GIBIBYTE;
/** The whole history with its archive fits several times. */
const ENOUGH_FREE_BYTES = 10 * GIBIBYTE;

/** The version of Node.js: asked before anything else, and without a configuration. */
export function checkNode(version: string): Finding {
  return Number(version.split('.')[0]) >= NODE_MAJOR
    ? ok(version)
    : wrong(
        `${version}, expected ${NODE_MAJOR} or later`,
        'make install puts it into node_modules, and bin/macro runs on it',
      );
}

/** What is said of so much free space. */
export function judgeSpace(place: string, freeBytes: number): Finding {
  const detail = `${formatBytes(freeBytes)} free in ${place}`;
  const mend = 'free space, name another place with DATA_DIR, or macro prune (docs/disk.md)';
  if (freeBytes < LEAST_FREE_BYTES) return wrong(detail, mend);
  return freeBytes < ENOUGH_FREE_BYTES ? warn(detail, mend) : ok(detail);
}

export const disk: Check = {
  name: 'disk',
  mend: 'check DATA_DIR',
  async check({ config: { DATA_DIR: place } }) {
    if (!existsSync(place)) return ok(`no local data in ${place}`);
    const { bavail, bsize } = await statfs(place);
    return judgeSpace(place, bavail * bsize);
  },
};

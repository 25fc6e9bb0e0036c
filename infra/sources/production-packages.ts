import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { PROJECT_DIR } from '../local/settings.ts';

const LockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().optional(),
      optional: z.boolean().optional(),
      devOptional: z.boolean().optional(),
    }),
  ),
});

/** A package that `npm ci --omit=dev --omit=optional` installs. */
export interface ProductionPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression as the package itself says it; null when it says nothing. */
  readonly license: string | null;
}

/**
 * The packages of the image, as the lock has them. `npm sbom --omit` is not asked: it also leaves out what something optional
 * needs too (`pg`, `zod`).
 *
 * @throws ZodError when the lock is not one of npm 7 or later
 */
export function listProductionPackages(): ProductionPackage[] {
  const { packages } = LockSchema.parse(
    JSON.parse(readFileSync(join(PROJECT_DIR, 'package-lock.json'), 'utf8')),
  );
  return Object.entries(packages)
    .filter(([path, entry]) => path !== '' && !entry.dev && !entry.optional && !entry.devOptional)
    .map(([path, { version = '', license = null }]) => ({
      name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version,
      license,
    }));
}

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { inheritEnvironment } from '../../shared/config.ts';
import { PROJECT_DIR } from '../local/settings.ts';
import { listProductionPackages } from './production-packages.ts';

/*
 * `make sbom`: writes the bill of materials of the image, CycloneDX, to sbom.cdx.json (or the file that is given). npm lists
 * everything in the lock; what the image does not hold is taken out.
 */

const BomSchema = z.looseObject({
  metadata: z.looseObject({ component: z.looseObject({ 'bom-ref': z.string() }) }),
  components: z.array(z.looseObject({ 'bom-ref': z.string(), name: z.string(), version: z.string() })),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx', '--sbom-type=application'];
const all = BomSchema.parse(
  JSON.parse(
    execFileSync('npm', args, {
      cwd: PROJECT_DIR,
      encoding: 'utf8',
      env: inheritEnvironment(),
      maxBuffer: 64 << 20,
    }),
  ),
);
const production = listProductionPackages();
const wanted = new Set(production.map(({ name, version }) => `${name}@${version}`));
const components = all.components.filter(({ name, version }) => wanted.has(`${name}@${version}`));
if (components.length !== wanted.size)
  throw new Error(
    `Writing the bill of materials: expected ${wanted.size} packages from npm sbom, got ${components.length}`,
  );

const refs = new Set([all.metadata.component['bom-ref'], ...components.map(({ 'bom-ref': ref }) => ref)]);
const dependencies = all.dependencies
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }));
// npm names the project after its folder here.
const { component } = all.metadata;
const name = component['bom-ref'].slice(0, component['bom-ref'].lastIndexOf('@'));
const metadata = { ...all.metadata, component: { ...component, name } };
const file = process.argv[2] ?? join(PROJECT_DIR, 'sbom.cdx.json');
writeFileSync(file, `${JSON.stringify({ ...all, metadata, components, dependencies }, undefined, 2)}\n`);
process.stdout.write(`${file}: ${components.length} packages\n`);

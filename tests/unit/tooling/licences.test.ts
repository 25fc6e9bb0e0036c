import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_DIR } from '../../../infra/local/settings.ts';
import { listProductionPackages } from '../../../infra/sources/production-packages.ts';
import { inheritEnvironment } from '../../../shared/config.ts';

const page = readFileSync(join(PROJECT_DIR, 'SECURITY.md'), 'utf8');
const production = listProductionPackages();

/** What copyleft licences begin with. */
const COPYLEFT = /\b(?:A|L)?GPL|MPL|EPL|CDDL|EUPL|OSL|SSPL|BUSL|CC-BY-(?:SA|NC)/;

const countLicences = (): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { license } of production) {
    const name = license?.replaceAll(/^\(|\)$/g, '') ?? 'none';
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
};

describe('the packages of the image', () => {
  it('have the licences that SECURITY.md allows, as often as it says', () => {
    const [, table = ''] = /\| licence .*\n\|[ -|:]+\n((?:\|.*\n)+)/.exec(page) ?? [];
    const allowed = [...table.matchAll(/^\| (\S.*?) +\| +(\d+) \|$/gm)].map(([, name, count]) => [
      name,
      Number(count),
    ]);
    expect(countLicences()).toEqual(Object.fromEntries(allowed));
    expect(page).toContain(`these ${production.length} packages`);
  });

  it('leave a choice without copyleft', () => {
    const bound = production.filter(({ license }) =>
      (license ?? 'none').split(' OR ').every((one) => COPYLEFT.test(one)),
    );
    expect(bound).toEqual([]);
    expect(['GPL-3.0-only', '(LGPL-2.1)', 'AGPL-3.0', 'MPL-2.0'].every((name) => COPYLEFT.test(name))).toBe(
      true,
    );
  });

  it('hold what the services are made of', () => {
    const names = production.map(({ name }) => name);
    const { dependencies } = JSON.parse(readFileSync(join(PROJECT_DIR, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('make sbom', () => {
  it('lists each of them once, with its version, licence and checksum', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sbom-'));
    const file = join(folder, 'sbom.cdx.json');
    try {
      execFileSync(process.execPath, ['infra/sources/sbom.ts', file], {
        cwd: PROJECT_DIR,
        env: inheritEnvironment(),
      });
      const { bomFormat, metadata, components } = JSON.parse(readFileSync(file, 'utf8')) as {
        bomFormat: string;
        metadata: { component: { name: string } };
        components: { name: string; version: string; hashes: unknown[]; licenses: unknown[] }[];
      };
      expect([bomFormat, metadata.component.name]).toEqual(['CycloneDX', 'macro-pipeline']);
      const toText = ({ name, version }: { name: string; version: string }) => `${name}@${version}`;
      expect(components.map(toText).toSorted()).toEqual(production.map(toText).toSorted());
      expect(
        components.filter(({ hashes, licenses }) => hashes.length === 0 || licenses.length === 0),
      ).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});

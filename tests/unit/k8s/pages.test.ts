import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_DIR } from '../../../infra/local/settings.ts';
import { readKustomization, readManifests } from './read-manifests.ts';

const read = (page: string): string => readFileSync(join(PROJECT_DIR, page), 'utf8');

describe('SECURITY.md', () => {
  const page = read('SECURITY.md');

  it('names files and folders that exist', () => {
    const named = [...page.matchAll(/`((?:docs|infra|services|shared|tests)\/[^`\s]*)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !existsSync(join(PROJECT_DIR, path)))).toEqual([]);
  });

  it('names tests that exist for Bull Board behind its login', () => {
    const named = [...page.matchAll(/`(tests\/[^`]+\.test\.ts)` › ([^;.]+)[;.]/g)];
    const found = named.map(([, file = '', title = '']) =>
      read(file).includes(`it('${title.replaceAll(/\s+/g, ' ')}'`),
    );
    expect(found.length).toBeGreaterThan(1);
    expect(found).not.toContain(false);
  });
});

describe('docs/kubernetes.md', () => {
  const page = read('docs/kubernetes.md');

  it('lists every secret that the manifests refer to', () => {
    const referred = ['base', 'overlays/staging'] as const;
    const manifests = JSON.stringify(referred.flatMap(readManifests));
    const names = new Set(
      [...manifests.matchAll(/"name":"(macro-[a-z-]+)","key":"([A-Z_]+)"/g)].flatMap(
        ([, name = '', key = '']) => [name, key.startsWith('ALERT_') ? 'ALERT_…' : key],
      ),
    );
    expect(names.size).toBeGreaterThan(10);
    expect([...names].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });

  it('names a selector that holds the services back until the schema is there', () => {
    expect(page).toContain("-l 'macro-pipeline/phase!=deploy'");
    const late = readManifests('base').filter(
      ({ metadata }) => metadata.labels?.['macro-pipeline/phase'] === 'deploy',
    );
    expect(new Set(late.map(({ kind }) => kind))).toEqual(new Set(['Deployment', 'ScaledObject']));
    expect(late).toHaveLength(9);
    expect(readKustomization('base').resources).toContain('migrate.yaml');
  });
});

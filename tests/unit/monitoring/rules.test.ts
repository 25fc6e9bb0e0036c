import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_DIR } from '../../../infra/local/settings.ts';
import { SERVICES } from '../../../infra/local/stack.ts';
import { listAlerts, listPanelExpressions, listRecorded, readDashboards } from '../../helpers/expressions.ts';
import { describeWithPrometheus } from '../../helpers/prometheus.ts';

const read = (file: string): string => readFileSync(join(PROJECT_DIR, file), 'utf8');
const cases = read('tests/unit/monitoring/rules.promtool.yml');
const page = read('docs/monitoring.md');

describe('the alerts', () => {
  const alerts = listAlerts();

  it('compare a recorded series with a number, so that silence is never taken for health', () => {
    expect(alerts.length).toBeGreaterThan(10);
    const recorded = listRecorded();
    const others = alerts.filter(({ expr }) => {
      const [, series = ''] = /^(\S+) [<>] [\d.]+$/.exec(expr) ?? [];
      return !recorded.includes(series);
    });
    expect(others).toEqual([]);
  });

  it('miss every service of the local stack that is not there', () => {
    const rules = read('infra/prometheus/rules.yml');
    const missed = [...rules.matchAll(/label_replace\(vector\(0\), "service", "(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(new Set(missed)).toEqual(new Set(SERVICES));
  });

  it('each have a case of their own and a line about what to do', () => {
    const names = alerts.map(({ name }) => name);
    expect(names.filter((name) => !cases.includes(`alertname: ${name}\n`))).toEqual([]);
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the dashboards', () => {
  it('have addresses of their own, and a place for every panel', () => {
    const dashboards = readDashboards();
    expect(dashboards.map(({ uid }) => uid)).toEqual(['macro-pipeline', 'macro-providers']);
    expect(listPanelExpressions().length).toBeGreaterThan(20);
  });
});

describeWithPrometheus('promtool', 'the rules as promtool sees them', (promtool) => {
  const run = (...args: string[]): string =>
    execFileSync(promtool, args, { cwd: PROJECT_DIR, encoding: 'utf8', stdio: 'pipe' });

  it('are valid, as are the configurations that load them', () => {
    expect(run('check', 'rules', 'infra/prometheus/rules.yml')).toContain('SUCCESS');
    expect(run('check', 'config', 'infra/prometheus/prometheus.yml')).toContain('SUCCESS');
    expect(run('check', 'config', 'infra/prometheus/local.yml')).toContain('SUCCESS');
  });

  it('are loaded on Kubernetes by a configuration that is valid, but for the search of pods, which that of Debian does not know', () => {
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    const file = join(folder, 'kubernetes.yml');
    const text = read('infra/prometheus/kubernetes.yml');
    const known = text
      .replace(/kubernetes_sd_configs: .*/, 'static_configs: [{ targets: [] }]')
      .replace('[rules.yml]', `[${join(PROJECT_DIR, 'infra/prometheus/rules.yml')}]`);
    expect(known).not.toContain('kubernetes_sd');
    writeFileSync(file, known);
    expect(run('check', 'config', file)).toContain('SUCCESS');
    rmSync(folder, { recursive: true });
  });

  it('fire in the cases made for them, and not in a system that is well', () => {
    expect(run('test', 'rules', 'tests/unit/monitoring/rules.promtool.yml')).toContain('SUCCESS');
  });
});

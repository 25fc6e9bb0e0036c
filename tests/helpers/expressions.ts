import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIR } from '../../infra/local/settings.ts';

/** An expression of a dashboard or a rule, with where it stands. */
export interface Expression {
  readonly place: string;
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** A dashboard as Grafana reads it, as far as tests look. */
export interface Dashboard {
  readonly file: string;
  readonly uid: string;
  readonly panels: readonly Panel[];
}

export function readDashboards(): Dashboard[] {
  const folder = join(PROJECT_DIR, 'infra/grafana/dashboards');
  return globSync('*.json', { cwd: folder })
    .toSorted()
    .map((file) => ({
      ...(JSON.parse(readFileSync(join(folder, file), 'utf8')) as Omit<Dashboard, 'file'>),
      file,
    }));
}

/** Every expression of every dashboard. */
export function listPanelExpressions(): Expression[] {
  return readDashboards().flatMap(({ file, panels }) =>
    panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({ place: `${file}: ${title}`, expr })),
    ),
  );
}

const RULES = readFileSync(join(PROJECT_DIR, 'infra/prometheus/rules.yml'), 'utf8');

/** Names of the series that the rules record. */
export function listRecorded(): string[] {
  return [...RULES.matchAll(/- record: (\S+)/g)].map(([, name = '']) => name);
}

/** The alerts with their conditions, as they are written. */
export function listAlerts(): { readonly name: string; readonly expr: string }[] {
  const blocks = RULES.split(/\n {6}- /).filter((block) => block.startsWith('alert: '));
  return blocks.map((block) => ({
    name: /^alert: (\S+)/.exec(block)?.[1] ?? '',
    expr: /\n {8}expr: (.+)/.exec(block)?.[1] ?? '',
  }));
}

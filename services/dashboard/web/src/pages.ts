import type { FunctionComponent } from 'preact';
import { lazy } from 'preact-iso';

/** A page of the menu or one that others lead to; each is loaded when it is first looked at. */
export interface PageEntry {
  readonly path: string;
  /** In the menu; absent for pages that others lead to. */
  readonly label?: string;
  readonly component: FunctionComponent;
}

type Loader = () => Promise<FunctionComponent>;

const later = (load: Loader): FunctionComponent => lazy(load) as FunctionComponent;

/** Every page, in the order of the menu. */
export const PAGES: readonly PageEntry[] = [
  {
    path: '/',
    label: 'Overview',
    component: later(async () => (await import('./pages/overview.tsx')).OverviewPage),
  },
  {
    path: '/assets/:key',
    component: later(async () => (await import('./pages/asset.tsx')).AssetPage),
  },
  {
    path: '/partitions',
    label: 'Partitions',
    component: later(async () => (await import('./pages/partitions.tsx')).PartitionsPage),
  },
  {
    path: '/backfills',
    label: 'Backfills',
    component: later(async () => (await import('./pages/backfills.tsx')).BackfillsPage),
  },
  {
    path: '/backfills/:id',
    component: later(async () => (await import('./pages/backfill.tsx')).BackfillPage),
  },
  {
    path: '/runs',
    label: 'Runs',
    component: later(async () => (await import('./pages/runs.tsx')).RunsPage),
  },
  {
    path: '/runs/:id',
    component: later(async () => (await import('./pages/run.tsx')).RunPage),
  },
  {
    path: '/schedule',
    label: 'Schedule',
    component: later(async () => (await import('./pages/schedule.tsx')).SchedulePage),
  },
  {
    path: '/data',
    label: 'Data',
    component: later(async () => (await import('./pages/data.tsx')).DataPage),
  },
  {
    path: '/data/series/:key',
    component: later(async () => (await import('./pages/series.tsx')).SeriesPage),
  },
  {
    path: '/data/curves/:id',
    component: later(async () => (await import('./pages/curve.tsx')).CurvePage),
  },
  {
    path: '/data/returns/:key',
    component: later(async () => (await import('./pages/returns.tsx')).ReturnsPage),
  },
  {
    path: '/signals',
    label: 'Signals',
    component: later(async () => (await import('./pages/signals.tsx')).SignalsPage),
  },
  {
    path: '/signals/:agent/:partition',
    component: later(async () => (await import('./pages/report.tsx')).ReportPage),
  },
  {
    path: '/lineage/:asset/:partition',
    component: later(async () => (await import('./pages/lineage.tsx')).LineagePage),
  },
  {
    path: '/providers',
    label: 'Providers',
    component: later(async () => (await import('./pages/providers.tsx')).ProvidersPage),
  },
  {
    path: '/alerts',
    label: 'Alerts',
    component: later(async () => (await import('./pages/alerts.tsx')).AlertsPage),
  },
  {
    path: '/digests/:partition',
    component: later(async () => (await import('./pages/digest.tsx')).DigestPage),
  },
  {
    path: '/audit',
    label: 'Audit',
    component: later(async () => (await import('./pages/audit.tsx')).AuditPage),
  },
];

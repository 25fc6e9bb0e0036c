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
];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGES_FILE = join(import.meta.dirname, '../../services/dashboard/web/src/pages.ts');

/** Paths of all pages of the dashboard, read as text: their components are for browsers. */
function listPaths(): string[] {
  const text = readFileSync(PAGES_FILE, 'utf8');
  return [...text.matchAll(/^ +path: '(.+)',$/gm)].map(([, path]) => path!);
}

/** What pages of one thing are looked at with. */
export interface PageSubjects {
  readonly backfill: string;
  readonly run: string;
  readonly partition: string;
}

/** An address of every page of the dashboard. @throws Error naming a page whose path it does not know */
export function listPageAddresses({ backfill, run, partition }: PageSubjects): readonly string[] {
  const addresses: Readonly<Record<string, string>> = {
    '/assets/:key': '/assets/silver_macro',
    '/backfills/:id': `/backfills/${backfill}`,
    '/runs/:id': `/runs/${run}`,
    '/data/series/:key': '/data/series/BR_IPCA_MOM',
    '/data/curves/:id': '/data/curves/DI_PRE',
    '/data/returns/:key': '/data/returns/IBOVESPA',
    '/signals/:agent/:partition': `/signals/agent_fiscal/${partition}`,
    '/lineage/:asset/:partition': `/lineage/agent_fiscal/${partition}`,
    '/digests/:partition': `/digests/${partition}`,
  };
  return listPaths().map((path) => {
    const address = path.includes(':') ? addresses[path] : path;
    if (address === undefined) throw new Error(`No address is known of the page ${path} of ${PAGES_FILE}`);
    return address;
  });
}

import { userInfo } from 'node:os';
import { reparse, type KeyReparse } from '../../services/bronze/reparse.ts';
import type { Provider } from '../../shared/connectors/connector.ts';
import { createConnectors } from '../../shared/connectors/registry.ts';
import { openDatabase } from '../../shared/db/client.ts';
import { assetOf } from '../../shared/pipeline/providers.ts';
import { formatCount } from './format-number.ts';
import { formatRecords } from './format-records.ts';
import { locateDatabase } from './servers.ts';

/** What to parse again; days are observation dates, both included. */
export interface ReparseRequest {
  readonly provider: Provider;
  readonly from: string;
  readonly to: string;
  readonly dryRun?: boolean;
}

/** Parses the archive of a provider again in this process: it needs the database, no service and no network. */
export async function runReparse(request: ReparseRequest): Promise<KeyReparse[]> {
  const { provider, from, to, dryRun = false } = request;
  const database = openDatabase(locateDatabase(), { name: 'macro-reparse', max: 2 });
  // The connectors only parse here: the key of an API is for those that ask.
  const connector = createConnectors({ fredApiKey: '' })[provider];
  const actor = userInfo().username;
  try {
    return await reparse({
      db: database.db,
      asset: assetOf(provider),
      connector,
      from,
      to,
      isDryRun: dryRun,
      actor,
    });
  } finally {
    await database.close();
  }
}

/** A table of the keys that changed or failed, and the sums. */
export function formatReparse(keys: readonly KeyReparse[], isDryRun: boolean): string[] {
  const changes = keys.flatMap((key) => key.changes);
  const rows = changes.map(({ key, added, changed, removed }) => ({ key, added, changed, removed }));
  const failures = keys.flatMap((key) => key.failures.map((failure) => `${key.key} ${failure}`));
  const sum = (pick: (key: KeyReparse) => number): string =>
    formatCount(keys.reduce((total, key) => total + pick(key), 0));
  const held = keys.reduce((total, key) => total + key.held, 0);
  const verdict = rows.length === 0 ? 'nothing changed' : isDryRun ? 'would change' : 'changed';
  return [
    `parsed ${sum(({ reads }) => reads)} reads, ${sum(({ rows: count }) => count)} rows: ${verdict}`,
    ...(rows.length === 0 ? [] : formatRecords({ data: rows })),
    ...(held === 0 ? [] : [`held back by checks: ${formatCount(held)} rows`]),
    ...failures.map((failure) => `not parsed: ${failure}`),
  ];
}

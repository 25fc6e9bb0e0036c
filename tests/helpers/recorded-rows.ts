import type { BronzeRow } from '../../shared/connectors/connector.ts';
import { createConnectors } from '../../shared/connectors/registry.ts';
import type { Day } from '../../shared/time.ts';
import { replayHttp } from './replay-http.ts';

/** The connectors of all providers. */
export const connectors = createConnectors({ fredApiKey: 'a'.repeat(32) });
const TODAY: Day = '2026-11-23';

/** Rows of a key between two dates as its connector parses them from the recordings; none for an unknown key. */
export async function collectRows(keyName: string, from: Day, to: Day): Promise<BronzeRow[]> {
  const connector = Object.values(connectors).find(({ keys }) => keys.some(({ key }) => key === keyName));
  const key = connector?.keys.find((candidate) => candidate.key === keyName);
  if (connector === undefined || key === undefined) return [];
  const rows: BronzeRow[] = [];
  for (const window of connector.windows(key, { from, to, mode: 'history', today: TODAY })) {
    rows.push(...connector.parse(key, window, await connector.fetch(key, window, replayHttp)).rows);
  }
  return rows;
}

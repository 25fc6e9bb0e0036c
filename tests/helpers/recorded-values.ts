import type { BronzeRow, Connector, KeyDefinition } from '../../shared/connectors/connector.ts';
import { createConnectors } from '../../shared/connectors/registry.ts';
import type { Day } from '../../shared/time.ts';
import { replayHttp } from './replay-http.ts';

const RANGE = { from: '1990-01-01', to: '2026-11-20', today: '2026-11-23', mode: 'history' } as const;
/** No file of B3 is older. */
const B3_START: Day = '2005-01-03';

/** A recorded number of a key: a value, close, selling rate, or the rate or price of a curve vertex. */
export interface RecordedValue {
  readonly key: string;
  readonly date: Day;
  readonly value: number;
  /** As the provider wrote it. */
  readonly text: string;
  /** Vertex of a curve, else empty. */
  readonly vertex: string;
  readonly calendarDays: number | undefined;
}

function toValue(row: BronzeRow): RecordedValue[] {
  const { key, date } = row;
  const build = (text: string | null, vertex = '', calendarDays?: number): RecordedValue[] =>
    text === null ? [] : [{ key, date, value: Number(text), text, vertex, calendarDays }];
  switch (row.table) {
    case 'observations':
      return build(row.value);
    case 'bars':
      return build(row.close);
    case 'fixings':
      return build(row.ask);
    case 'curve_points':
      return build(row.rate ?? row.price, row.vertex, row.calendarDays);
    case 'corporate_actions':
      return [];
  }
}

async function collectKey(connector: Connector, key: KeyDefinition): Promise<RecordedValue[]> {
  const values: RecordedValue[] = [];
  const from = connector.provider === 'b3' ? B3_START : RANGE.from;
  for (const window of connector.windows(key, { ...RANGE, from })) {
    const { rows } = connector.parse(key, window, await connector.fetch(key, window, replayHttp));
    values.push(...rows.flatMap(toValue));
  }
  return values;
}

/**
 * Every value of the recordings since 1990, read through the connectors, in the order of the dates; of a date with
 * several vintages the latest.
 */
export async function collectRecordedValues(): Promise<RecordedValue[]> {
  const byPlace = new Map<string, RecordedValue>();
  for (const connector of Object.values(createConnectors({ fredApiKey: 'a'.repeat(32) }))) {
    for (const key of connector.keys.filter(({ disabled }) => disabled === undefined)) {
      for (const value of await collectKey(connector, key)) {
        byPlace.set(`${value.key} ${value.vertex} ${value.date}`, value);
      }
    }
  }
  return [...byPlace.values()]
    .filter(({ date }) => date >= RANGE.from)
    .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

import { toPage } from '../../shared/contract/cursor.ts';
import * as endpoints from '../../shared/contract/signals.ts';
import { listSignals, type SignalView } from '../../shared/db/signal-list.ts';
import type { ApiContext } from './context.ts';
import type { Route } from './serve.ts';
import { defineTable, nameTable, serveTable } from './tables.ts';

/** What a signal was computed from stays in the JSON: it is a document and no cell. */
const COLUMNS = {
  partition: 'day',
  agent: 'text',
  signalId: 'text',
  axis: 'text',
  direction: 'text',
  strength: 'text',
  confidence: 'number',
  value: 'number',
  unit: 'text',
  horizonDays: 'integer',
  status: 'text',
  reason: 'text',
  proxies: 'list',
  modelVersion: 'text',
} as const;

const leaveOutInputs = ({ inputs: _inputs, ...signal }: SignalView): Omit<SignalView, 'inputs'> => signal;

/** `/signals`: what the agents say: newest revision, current model versions unless one is named. */
export function signalRoutes({ db, now }: ApiContext): Route[] {
  return [
    serveTable(
      db,
      endpoints.listSignals,
      async ({ query: { limit, cursor, inputs: wantsInputs, format: _format, ...filter } }) => ({
        page: async () =>
          toPage(
            await listSignals(db, { ...filter, after: cursor, limit: limit + 1 }),
            limit,
            (signal) => (wantsInputs ? signal : leaveOutInputs(signal)),
            ({ partition, agent, signalId }) => [partition, agent, signalId],
          ),
        table: defineTable({
          name: nameTable('signals', filter.asOf ?? now()),
          columns: COLUMNS,
          listPage: (tx, last: SignalView | undefined, most) => {
            const after = last && ([last.partition, last.agent, last.signalId] as const);
            return listSignals(tx, { ...filter, after, limit: most });
          },
        }),
      }),
    ),
  ];
}

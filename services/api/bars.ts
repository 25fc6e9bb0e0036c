import * as endpoints from '../../shared/contract/bars.ts';
import { toPage } from '../../shared/contract/cursor.ts';
import { listBars, type BarView } from '../../shared/db/bar-list.ts';
import { findSeries } from '../../shared/db/series-view.ts';
import type { ApiContext } from './context.ts';
import { notFound } from './problem.ts';
import type { Route } from './serve.ts';
import { defineTable, nameTable, serveTable, type Table } from './tables.ts';

type KeyedBar = BarView & { readonly key: string };

const COLUMNS = {
  key: 'text',
  sessionDate: 'day',
  open: 'number',
  high: 'number',
  low: 'number',
  close: 'number',
  adjustedClose: 'number',
  volume: 'number',
  currency: 'text',
  unit: 'text',
  revision: 'integer',
  releaseTime: 'moment',
  releaseTimeBasis: 'text',
  vintageBasis: 'text',
} as const satisfies Table<KeyedBar>['columns'];

/** Daily bars. */
export function barRoutes({ db, now }: ApiContext): Route[] {
  return [
    serveTable(db, endpoints.listBars, async ({ params: { key }, query }) => {
      const { asOf = now(), cursor, limit, format: _format, ...range } = query;
      const view = await findSeries(db, key);
      if (view?.asset !== 'bronze_yahoo') throw notFound(`There are no bars of ${key}`);
      const list = { ...range, asOf };
      return {
        page: async () =>
          toPage(
            await listBars(db, view, { ...list, after: cursor?.[0], limit: limit + 1 }),
            limit,
            (bar) => bar,
            ({ sessionDate }) => [sessionDate],
          ),
        table: defineTable({
          name: nameTable(`${key}_bars`, asOf),
          columns: COLUMNS,
          listPage: async (tx, after: KeyedBar | undefined, most) => {
            const bars = await listBars(tx, view, { ...list, after: after?.sessionDate, limit: most });
            return bars.map((bar) => ({ key, ...bar }));
          },
        }),
      };
    }),
  ];
}

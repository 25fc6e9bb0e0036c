import * as endpoints from '../../shared/contract/track-record.ts';
import { findTrackRecord } from '../../shared/db/research-track-record.ts';
import { toIso } from '../../shared/time.ts';
import type { ApiContext } from './context.ts';
import { notFound } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** What became of what a signal said. */
export function trackRecordRoutes({ db, now }: ApiContext): Route[] {
  return [
    serveEndpoint(endpoints.getTrackRecord, async ({ params: { signalId }, query }) => {
      const { asOf = now(), ...filter } = query;
      const record = await findTrackRecord(db, signalId, { ...filter, asOf });
      if (record === null) throw notFound(`There is no signal ${signalId}`);
      return { status: 200, body: { ...record, asOf: toIso(asOf) } };
    }),
  ];
}

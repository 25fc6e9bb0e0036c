import { listRuns } from '../../../../../shared/contract/runs.ts';

const { state, kind } = listRuns.query.shape;

export const STATES = state.unwrap().options;
export const KINDS = kind.unwrap().options;

/** Which runs an address asks for; what it does not understand, it does not ask for. */
export const readFilter = (query: Readonly<Record<string, string | undefined>>) => ({
  state: state.catch(undefined).parse(query['state']),
  kind: kind.catch(undefined).parse(query['kind']),
  backfillId: listRuns.query.shape.backfillId.catch(undefined).parse(query['backfill']),
  cursor: query['cursor'],
});

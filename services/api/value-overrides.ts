import { listKeys, type RegisteredKey } from '../../shared/connectors/registry.ts';
import { toPage } from '../../shared/contract/cursor.ts';
import * as endpoints from '../../shared/contract/value-overrides.ts';
import {
  isObservationDate,
  isStored,
  listValueOverrides,
  overrideValue,
} from '../../shared/db/value-overrides.ts';
import { nameOrigin } from './change-origin.ts';
import type { ApiContext } from './context.ts';
import { notFound, ProblemError } from './problem.ts';
import { serveEndpoint, type Route } from './serve.ts';

const keys = new Map(listKeys().map((key) => [key.key, key]));

/** Providers whose keys hold one number per date; the others would need a whole bar, both rates or a whole curve. */
const SINGLE_VALUES: readonly RegisteredKey['provider'][] = ['bcb_sgs', 'fred'];

function findKey(name: string): RegisteredKey {
  const key = keys.get(name);
  if (key === undefined) throw notFound(`There is no series ${name}`);
  if (!SINGLE_VALUES.includes(key.provider))
    throw notFound(
      `${name} is no series of single observations: only those of BCB SGS and FRED can be set by hand`,
    );
  return key;
}

function refuseDate({ key, frequency, calendar }: RegisteredKey, date: string): ProblemError {
  const detail = `${key} has no value of ${date}: its frequency is ${frequency}, its calendar ${calendar}`;
  return new ProblemError('invalid-request', detail, [{ pointer: '#/observationDate', detail }]);
}

/** Values that people set. */
export function valueOverrideRoutes({ db, log, now }: ApiContext): Route[] {
  return [
    serveEndpoint(endpoints.createValueOverride, async ({ params, body }, { principal }) => {
      const key = findKey(params.key);
      const { observationDate, value, reason } = body;
      if (!isObservationDate(key, observationDate) && !(await isStored(db, key.key, observationDate)))
        throw refuseDate(key, observationDate);
      const origin = nameOrigin({ actor: body.actor, reason }, principal);
      const { actor } = origin;
      const accepted = await overrideValue(db, {
        key,
        date: observationDate,
        value,
        ...origin,
        reason,
        now: now(),
      });
      const { releaseTime: createdAt, ...stored } = accepted;
      log.info({ overrideId: stored.id, key: key.key, date: observationDate, actor }, 'value overridden');
      return {
        status: 201,
        body: {
          ...stored,
          key: key.key,
          unit: key.unit,
          observationDate,
          value,
          actor,
          reason,
          createdAt,
          inForce: true,
        },
      };
    }),
    serveEndpoint(endpoints.listValueOverrides, async ({ params, query: { limit, cursor } }) => {
      const { key } = findKey(params.key);
      const rows = await listValueOverrides(db, key, { before: cursor?.[0], limit: limit + 1 });
      return {
        status: 200,
        body: toPage(
          rows,
          limit,
          (row) => row,
          ({ id }) => [id],
        ),
      };
    }),
  ];
}

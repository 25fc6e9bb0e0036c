import { providerSchema } from '../../../../../shared/contract/primitives.ts';
import { isAssetName } from '../../../../../shared/pipeline/graph.ts';
import { isDay } from '../../../../../shared/time.ts';

/** A part of what an alert is about; without an address it leads nowhere. */
export interface SubjectPart {
  readonly text: string;
  readonly href: string | null;
}

/** The rule about tables of dates that people keep by hand. */
export const TABLES_RULE = 'calendar_horizon';

const REQUEST = /^(?:(\w+) of )?(run|backfill) ([0-9a-f-]{36})$/;

const linkRequest = (noun: string, id: string): SubjectPart => ({
  text: `${noun} ${id.slice(0, 8)}`,
  href: `/${noun}s/${id}`,
});

/** Where something is on the map of partitions. */
const placeOnMap = (asset: string, day: string): string =>
  `/partitions?view=${day.slice(0, 7)}&asset=${asset}&day=${day}`;

/**
 * The subject of an alert of a rule with where to look: an asset, its partition on the map, a run, a provider, a tick of the
 * schedule, how to extend a table of dates.
 */
export function linkSubject(rule: string, subject: string): readonly SubjectPart[] {
  if (rule === TABLES_RULE) return [{ text: subject, href: '/schedule#dates' }];
  const [, asset, noun, id] = REQUEST.exec(subject) ?? [];
  if (noun !== undefined && id !== undefined)
    return asset === undefined
      ? [linkRequest(noun, id)]
      : [{ text: asset, href: `/assets/${asset}` }, { text: ' of ', href: null }, linkRequest(noun, id)];
  const [name = '', day = ''] = subject.split(' ');
  if (isDay(day)) return [{ text: subject, href: isAssetName(name) ? placeOnMap(name, day) : '/schedule' }];
  if (isAssetName(subject)) return [{ text: subject, href: `/assets/${subject}` }];
  const isProvider = providerSchema.safeParse(subject).success;
  return [{ text: subject, href: isProvider ? `/providers#${subject}` : null }];
}

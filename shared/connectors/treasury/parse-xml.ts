import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { SchemaDriftError } from '../../errors.ts';
import { cutShort, isMissing, readDate, type ParDay } from './par-table.ts';
import { TENORS, type Tenor } from './tenors.ts';

const parser = new XMLParser({
  ignoreAttributes: true,
  isArray: (name) => name === 'entry',
  parseTagValue: false,
  processEntities: false,
});

const feedSchema = z.object({
  feed: z.union([
    z.string(),
    z.object({
      entry: z
        .array(z.object({ content: z.object({ 'm:properties': z.record(z.string(), z.string()) }) }))
        .optional(),
    }),
  ]),
});

const tenorByElement = new Map<string, Tenor>(
  TENORS.flatMap((tenor) => [
    [`d:BC_${tenor.element}`, tenor] as const,
    [`d:TC_${tenor.element}`, tenor] as const,
  ]),
);

/** `BC_30YEARDISPLAY` repeats the 30-year rate and shows 0.00 where there is none. */
const IGNORED = new Set(['d:Id', 'd:NEW_DATE', 'd:BC_30YEARDISPLAY']);

function readDay(properties: Readonly<Record<string, string>>): ParDay {
  const rates = Object.entries(properties).flatMap(([element, percent]) => {
    if (IGNORED.has(element)) return [];
    const tenor = tenorByElement.get(element);
    if (tenor !== undefined) return isMissing(percent.trim()) ? [] : [{ tenor, percent: percent.trim() }];
    throw new SchemaDriftError('Reading a Treasury curve', {
      expected: 'elements of known tenors',
      got: element,
    });
  });
  return { date: readDate(properties['d:NEW_DATE'] ?? ''), rates };
}

/**
 * Days of an Atom feed of the Treasury (of the present host or the legacy one), in the feed's order. A feed without
 * entries is an empty period.
 *
 * @throws SchemaDriftError on an unknown element or date, TransientError on a cut body.
 */
export function parseXml(text: string): ParDay[] {
  if (!/<\/feed>\s*$/.test(text) && !/<feed[^>]*\/>\s*$/.test(text)) throw cutShort('XML without its end');
  let raw: unknown;
  try {
    raw = parser.parse(text);
  } catch (cause) {
    throw cutShort(`XML that does not parse (${cause instanceof Error ? cause.message : String(cause)})`);
  }
  const parsed = feedSchema.safeParse(raw);
  if (!parsed.success) {
    const got = parsed.error.issues[0]?.message ?? 'another shape';
    throw new SchemaDriftError('Reading a Treasury curve', { expected: 'an Atom feed of rates', got });
  }
  const { feed } = parsed.data;
  if (typeof feed === 'string') return [];
  return (feed.entry ?? []).map((entry) => readDay(entry.content['m:properties']));
}

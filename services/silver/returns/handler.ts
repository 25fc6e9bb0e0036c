import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { addWritten, keepOnlyReturns, NOTHING, replaceReturns } from '../../../shared/db/silver.ts';
import type { TaskContext } from '../../../shared/pipeline/handler.ts';
import type { StatRecord } from '../../../shared/silver/rows.ts';
import { createSilverHandler } from '../derivation.ts';
import { deriveReturns, type DerivedReturns } from './derive.ts';
import { RETURN_INSTRUMENTS, RETURN_PAIRS, type ReturnInstrument } from './instruments.ts';
import { derivePair } from './pairs.ts';
import { pickBarPrices, pickFixingPrices, type PriceRevision } from './prices.ts';

async function readPrices(ctx: TaskContext, instrument: ReturnInstrument): Promise<PriceRevision[]> {
  const { key, source } = instrument;
  if (source === 'fixings') return pickFixingPrices(await ctx.read.bronze('bronze_bcb_ptax').fixings([key]));
  return pickBarPrices(await ctx.read.bronze('bronze_yahoo').bars([key]), instrument);
}

async function deriveInstrument(ctx: TaskContext, key: string): Promise<DerivedReturns> {
  const instrument = RETURN_INSTRUMENTS.get(key)!;
  const subject = { instrument: key, unit: instrument.unit, calendar: getCalendar(instrument.calendar) };
  return deriveReturns(subject, await readPrices(ctx, instrument), () => ctx.breathe());
}

/** Prices, returns and their statistics, one instrument after the other, then the pairs that one of them belongs to. */
export const deriveReturnsAsset = createSilverHandler({
  asset: 'silver_returns',
  upstreams: ['bronze_yahoo', 'bronze_bcb_ptax'],
  async derive(ctx, { everything, since }) {
    const changed = [
      ...(await ctx.read.bronze('bronze_yahoo').changedInstruments(since('bronze_yahoo'))),
      ...(await ctx.read.bronze('bronze_bcb_ptax').changedFixings(since('bronze_bcb_ptax'))),
    ].filter((key) => RETURN_INSTRUMENTS.has(key));
    const derived = new Map<string, DerivedReturns>();
    for (const key of changed) {
      derived.set(key, await deriveInstrument(ctx, key));
      await ctx.breathe();
    }
    const returnsOf = new Map([...derived].map(([key, { returns }]) => [key, returns]));
    const pairs = new Map<string, StatRecord[]>();
    for (const pair of RETURN_PAIRS) {
      if (!derived.has(pair.left) && !derived.has(pair.right)) continue;
      for (const key of [pair.left, pair.right]) {
        if (!returnsOf.has(key)) returnsOf.set(key, (await deriveInstrument(ctx, key)).returns);
      }
      const [left, right] = [returnsOf.get(pair.left)!, returnsOf.get(pair.right)!];
      pairs.set(pair.key, await derivePair(pair, left, right, () => ctx.breathe()));
    }
    return async (tx) => {
      let written = everything ? await keepOnlyReturns(tx, [...changed, ...pairs.keys()]) : NOTHING;
      for (const [key, { prices, stats }] of derived)
        written = addWritten(written, await replaceReturns(tx, key, prices, stats));
      for (const [key, stats] of pairs)
        written = addWritten(written, await replaceReturns(tx, key, [], stats));
      return written;
    };
  },
});

import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { keepOnlyReturns, replaceReturns } from '../../../shared/db/silver.ts';
import type { TaskContext } from '../../../shared/pipeline/handler.ts';
import { createSilverHandler } from '../derivation.ts';
import { deriveReturns, type DerivedReturns } from './derive.ts';
import { RETURN_INSTRUMENTS, type ReturnInstrument } from './instruments.ts';
import { pickBarPrices, pickFixingPrices, type PriceRevision } from './prices.ts';

async function readPrices(ctx: TaskContext, instrument: ReturnInstrument): Promise<PriceRevision[]> {
  const { key, source } = instrument;
  if (source === 'fixings') return pickFixingPrices(await ctx.read.bronze('bronze_bcb_ptax').fixings([key]));
  return pickBarPrices(await ctx.read.bronze('bronze_yahoo').bars([key]), instrument);
}

/** Prices, returns and their statistics, one instrument after the other. */
export const deriveReturnsAsset = createSilverHandler({
  asset: 'silver_returns',
  modelVersion: '1',
  upstreams: ['bronze_yahoo', 'bronze_bcb_ptax'],
  async derive(ctx, { everything, since }) {
    const changed = [
      ...(await ctx.read.bronze('bronze_yahoo').changedInstruments(since('bronze_yahoo'))),
      ...(await ctx.read.bronze('bronze_bcb_ptax').changedFixings(since('bronze_bcb_ptax'))),
    ].filter((key) => RETURN_INSTRUMENTS.has(key));
    const derived = new Map<string, DerivedReturns>();
    for (const key of changed) {
      const instrument = RETURN_INSTRUMENTS.get(key)!;
      const prices = await readPrices(ctx, instrument);
      derived.set(
        key,
        await deriveReturns(key, prices, getCalendar(instrument.calendar), () => ctx.breathe()),
      );
      await ctx.breathe();
    }
    return async (tx) => {
      if (everything) await keepOnlyReturns(tx, changed);
      let written = 0;
      for (const [key, { prices, stats }] of derived) written += await replaceReturns(tx, key, prices, stats);
      return written;
    };
  },
});

import { addWritten, keepOnlyMacro, NOTHING, replaceMacro } from '../../../shared/db/silver.ts';
import type { MacroRecord } from '../../../shared/silver/rows.ts';
import { createSilverHandler } from '../derivation.ts';
import { createMacroDeriver, listAffectedKeys, listMacroKeys } from './derive.ts';

/** Keys whose stored rows are compared in one go. */
const KEYS_PER_WRITE = 8;

const UPSTREAMS = ['bronze_bcb_sgs', 'bronze_fred'] as const;

/** Levels, growth rates, gaps and expectations of the macro series. */
export const deriveMacro = createSilverHandler({
  asset: 'silver_macro',
  upstreams: UPSTREAMS,
  async derive(ctx, { everything, since }) {
    const changed: string[] = [];
    for (const upstream of UPSTREAMS) {
      changed.push(...(await ctx.read.bronze(upstream).changedSeries(since(upstream))));
    }
    const keys = everything ? listMacroKeys() : listAffectedKeys(changed);
    const deriver = createMacroDeriver({
      observationsOf: (source) => ctx.read.bronze(source.asset).observations([source.key]),
      breathe: () => ctx.breathe(),
    });
    const rowsByKey = new Map<string, MacroRecord[]>();
    for (const key of keys) {
      rowsByKey.set(key, await deriver.rowsOf(key));
      await ctx.breathe();
    }
    return async (tx) => {
      let written = everything ? await keepOnlyMacro(tx, keys) : NOTHING;
      for (let start = 0; start < keys.length; start += KEYS_PER_WRITE) {
        const batch = keys.slice(start, start + KEYS_PER_WRITE);
        const rows = batch.flatMap((key) => rowsByKey.get(key) ?? []);
        written = addWritten(written, await replaceMacro(tx, batch, rows));
      }
      return written;
    };
  },
});

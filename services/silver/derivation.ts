import type { Transaction } from '../../shared/db/client.ts';
import { renumberFrom } from '../../shared/db/materializations.ts';
import { countRowsByPartition, NOTHING, recordDerived, type Written } from '../../shared/db/silver.ts';
import { codeVersionOf } from '../../shared/pipeline/code-version.ts';
import type { Handler, TaskContext } from '../../shared/pipeline/handler.ts';
import type { BronzeName, SilverName } from '../../shared/pipeline/graph.ts';

/** What has to be derived. */
export interface Change {
  /** The model is another one: everything is derived and what it no longer gives is removed. */
  readonly everything: boolean;
  /** Version up to which each upstream has been derived. */
  since(upstream: BronzeName): number;
}

/** Writes what was derived. */
export type Write = (tx: Transaction) => Promise<Written>;

/** How one silver asset follows from its upstreams. */
interface Derivation {
  readonly asset: SilverName;
  readonly upstreams: readonly BronzeName[];
  derive(ctx: TaskContext, change: Change): Promise<Write>;
}

/**
 * The handler of a silver asset. Its content is a function of bronze: whatever the partitions asked for, everything that
 * bronze holds is derived, and only what changed since the last time is worked on.
 */
export function createSilverHandler({ asset, upstreams, derive }: Derivation): Handler {
  // Another version: all rows are derived again.
  const modelVersion = codeVersionOf(asset);
  return async (ctx) => {
    const before = await ctx.read.derivedVersions();
    const versions = new Map<BronzeName, number>();
    for (const upstream of upstreams) versions.set(upstream, await ctx.read.bronze(upstream).version());
    const everything = upstreams.some((upstream) => before.get(upstream)?.modelVersion !== modelVersion);
    const since = (upstream: BronzeName): number => (everything ? 0 : (before.get(upstream)?.version ?? 0));
    const isCurrent =
      !everything && upstreams.every((upstream) => versions.get(upstream) === since(upstream));
    const write = isCurrent ? null : await derive(ctx, { everything, since });
    return {
      async commit(tx) {
        const { rows, since: changedSince } = write === null ? NOTHING : await write(tx);
        // All partitions share the rows: what this task derives is another content of others, too.
        if (changedSince !== null) await renumberFrom(tx, asset, changedSince);
        const after = new Map(
          [...versions].map(([upstream, version]) => [upstream, { version, modelVersion }]),
        );
        if (write !== null) await recordDerived(tx, asset, before, after);
        const counts = await countRowsByPartition(tx, asset, ctx.partitions);
        const partitions = ctx.partitions.map((partition, i) => ({
          partition,
          state: 'fresh' as const,
          rows: counts[i] ?? 0,
        }));
        return { partitions, rows };
      },
    };
  };
}

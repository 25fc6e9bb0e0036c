import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { getAsset } from '../../../../../shared/contract/assets.ts';
import { AssetLinks } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { formatCount } from '../format.ts';
import { deadlinesOf, type Rule } from '../overview/freshness.tsx';

/** What the asset is, what it reads, and how many of its partitions there are. */
export function AssetFacts({
  asset,
  rules,
}: {
  readonly asset: Answer<typeof getAsset>;
  readonly rules: readonly Rule[];
}) {
  const { fresh, noDataExpected, failed, missing, degraded } = asset.partitions;
  const counts = [
    ['fresh', fresh],
    ['holiday', noDataExpected.holiday],
    ['not_released', noDataExpected.not_released],
    ['not_recorded', noDataExpected.not_recorded],
    ['degraded', degraded],
    ['failed', failed],
    ['missing', missing],
  ] as const;
  const [deadline] = deadlinesOf(rules, asset.key);
  return (
    <dl class="facts">
      <dt>What</dt>
      <dd>{asset.description}</dd>
      <dt>Layer</dt>
      <dd>
        {asset.layer}, computed by queue <code>{asset.queue}</code>
      </dd>
      <dt>Reads</dt>
      <dd>
        <AssetLinks of={asset.reads} none="only its provider" />
      </dd>
      <dt>Read by</dt>
      <dd>
        <AssetLinks of={asset.readBy} none="no asset" />
      </dd>
      <dt>Deadline</dt>
      <dd>{deadline === undefined ? <span class="quiet">none</span> : `${deadline} of the next weekday`}</dd>
      <dt>Partitions</dt>
      <dd class="row">
        {counts
          .filter(([, count]) => count > 0)
          .map(([state, count]) => (
            <span key={state}>
              <State of={state} /> {formatCount(count)}
            </span>
          ))}
      </dd>
    </dl>
  );
}

import { useAddress } from '../use-address.ts';

/** Chooses one of some assets, or all of them; the address holds which. */
export function AssetFilter({ assets }: { readonly assets: readonly string[] }) {
  const { query, change } = useAddress();
  return (
    <label>
      Asset{' '}
      <select
        value={query['asset'] ?? ''}
        onChange={(event) => change({ asset: event.currentTarget.value || null, cursor: null })}
      >
        <option value="">all</option>
        {assets.map((asset) => (
          <option key={asset} value={asset}>
            {asset}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Leads to the page of a run; `–` without one. */
export const RunLink = ({ id }: { readonly id: string | null }) =>
  id === null ? <span class="quiet">–</span> : <a href={`/runs/${id}`}>{id.slice(0, 8)}</a>;

/** Leads to the page of an asset. */
export const AssetLink = ({ of }: { readonly of: string }) => <a href={`/assets/${of}`}>{of}</a>;

/** Several assets, each leading to its page. */
export const AssetLinks = ({ of, none }: { readonly of: readonly string[]; readonly none: string }) =>
  of.length === 0 ? (
    <span class="quiet">{none}</span>
  ) : (
    <ul class="inline">
      {of.map((key) => (
        <li key={key}>
          <AssetLink of={key} />
        </li>
      ))}
    </ul>
  );

import { addressOf } from '../../../../../shared/client/address.ts';
import type { Endpoint } from '../../../../../shared/contract/endpoint.ts';
import type { FileFormat } from '../../../../../shared/contract/formats.ts';

const NAMES: Readonly<Record<FileFormat, string>> = { csv: 'CSV', parquet: 'Parquet' };

/** The rows behind what is shown, as files. `of` says in words which. */
export function FileLinks({
  of,
  endpoint,
  params = {},
  query = {},
}: {
  readonly of: string;
  readonly endpoint: Endpoint;
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
}) {
  return (
    <p class="row no-print">
      <span class="quiet">{of}:</span>
      {Object.entries(NAMES).map(([format, name]) => (
        <a
          key={format}
          href={addressOf(endpoint, { params, query: { ...query, format } })}
          download
          aria-label={`${of} as ${name}`}
        >
          {name}
        </a>
      ))}
    </p>
  );
}

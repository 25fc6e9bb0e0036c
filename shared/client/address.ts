import type { Endpoint, Part } from '../contract/endpoint.ts';

/** The parts of a request that a caller gives. */
export type Parts = { readonly [P in Part]?: Readonly<Record<string, unknown>> };

/** The path of an endpoint with its parameters and query filled in. */
export function addressOf(endpoint: Endpoint, { params = {}, query = {} }: Parts): string {
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name])),
  );
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]));
  return search.size === 0 ? path : `${path}?${search.toString()}`;
}

import * as endpoints from '../../shared/contract/me.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** Who a key is. */
export function meRoutes(): Route[] {
  return [
    serveEndpoint(endpoints.getMe, async () => ({
      status: 200,
      body: { name: null, role: 'admin' as const },
    })),
  ];
}

import * as endpoints from '../../shared/contract/me.ts';
import { serveEndpoint, type Route } from './serve.ts';

/** Who a key is. */
export function meRoutes(): Route[] {
  return [
    serveEndpoint(endpoints.getMe, (_asked, { principal: { name, role } }) => ({
      status: 200,
      body: { name, role },
    })),
  ];
}

import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** An answer of an API is data: nothing in it may run, load or be framed. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

const setHsts = helmet.strictTransportSecurity();

/** Sets the headers that make browsers careful. Pages with a policy of their own set it again. No CORS: other origins may not read. */
export const setSecurityHeaders: RequestHandler[] = [
  helmet({
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  }),
  // Only over TLS does it mean something; a proxy that ends TLS says so, when TRUST_PROXY believes it.
  (request, response, next) => {
    if (request.secure) setHsts(request, response, next);
    else next();
  },
  (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  },
];

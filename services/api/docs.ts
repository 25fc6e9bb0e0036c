import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router } from 'express';
import { getOpenApi } from '../../shared/contract/service.ts';
import { DAY_MS, SECOND } from '../../shared/time.ts';
import { allowOnly } from './serve.ts';

/** What the page loads of Swagger UI. */
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'] as const;

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Macro pipeline: API</title>
    <link rel="icon" href="/docs/favicon-32x32.png">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

// Without an address of a validator: the page asks nobody but this server.
const START = `SwaggerUIBundle({
  url: '${getOpenApi.path}',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
});
`;

/** Swagger UI sets styles on its elements and draws its icons from data addresses. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `/docs`: the OpenAPI document for people. No key is asked for, as there is no data in it. */
export function routeDocs(): Router {
  const require = createRequire(import.meta.url);
  const root = dirname(require.resolve('swagger-ui-dist/package.json'));
  const router = Router();
  const refuse = allowOnly(['GET']);
  router
    .route('/docs')
    .get((_request, response) => {
      response.set('Content-Security-Policy', POLICY).type('html').send(PAGE);
    })
    .all(refuse);
  router
    .route('/docs/start.js')
    .get((_request, response) => {
      response.type('js').send(START);
    })
    .all(refuse);
  for (const file of FILES) {
    router
      .route(`/docs/${file}`)
      .get((_request, response) => {
        response.set('Cache-Control', `public, max-age=${DAY_MS / SECOND}`).sendFile(file, { root });
      })
      .all(refuse);
  }
  return router;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import express, { Router, type Response } from 'express';

/** Where the build puts the pages (`make web`). */
const DIST = fileURLToPath(new URL('web/dist', import.meta.url));

/** Sends the one document of all pages. @throws Error when the pages are not built */
export async function sendPage(response: Response, status = 200): Promise<void> {
  const page = await readFile(join(DIST, 'index.html'), 'utf8').catch((error: unknown) => {
    throw new Error(`The pages are not built: run \`make web\` (${DIST} has no index.html)`, {
      cause: error,
    });
  });
  response.status(status).set('Cache-Control', 'no-cache').type('html').send(page);
}

/** The pages: one document for every address, its files by their hashes. */
export function routePages(): Router {
  const router = Router();
  router.use(
    '/assets',
    express.static(join(DIST, 'assets'), { immutable: true, maxAge: '1y', index: false }),
  );
  router.get('/favicon.svg', (_request, response) => response.sendFile(join(DIST, 'favicon.svg')));
  router.get('/{*path}', (_request, response) => sendPage(response));
  return router;
}

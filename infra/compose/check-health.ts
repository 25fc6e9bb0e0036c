/*
 * The health check of a container: asks a URL of this very container, exit code 0 when it answers with a status of 200 to 299.
 * The base image has no curl.
 */
const PATIENCE_MS = 4_000;
const [, , url] = process.argv;

if (url === undefined) throw new Error('expected the URL to ask');
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  process.stdout.write(`${response.status} ${(await response.text()).slice(0, 300)}\n`);
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  const { cause, message } = error as Error;
  process.stdout.write(`${message}${cause instanceof Error ? `: ${cause.message}` : ''}\n`);
  process.exitCode = 1;
}

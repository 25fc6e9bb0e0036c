/** Exit code of a shell command that was ended with Ctrl-C. */
const INTERRUPTED = 130;

/**
 * Watches something that goes on without us until it ends or Ctrl-C comes: then the words are said to whoever pressed it, and
 * the exit code is 130. Undefined when it was interrupted.
 */
export async function watchInterruptibly<Result>(
  watch: (signal: AbortSignal) => Promise<Result>,
  farewell: string,
): Promise<Result | undefined> {
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, interrupt);
  try {
    return await watch(interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    process.stderr.write(`\n${farewell}\n`);
    process.exitCode = INTERRUPTED;
    return undefined;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, interrupt);
  }
}

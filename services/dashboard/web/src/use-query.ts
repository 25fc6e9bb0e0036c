import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiError } from '../../../../shared/client/client.ts';
import { onChange } from './live.ts';
import { tellSessionEnded } from './session.ts';

/** What became of asking for something. The last answer stays while a newer one is on its way. */
export interface Query<T> {
  readonly data: T | null;
  readonly error: string | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

export interface QueryOptions {
  /** Asks again when something of these kinds has changed: `run`, `backfill`, `alert`, `schedule`, `task`, `tick`, `provider`. */
  readonly changes?: readonly string[];
  /** Waits so long (ms) after a change and answers those that follow with it: for what is dear to ask. 0 by default. */
  readonly pauseMs?: number;
  /** Asks again this often (ms) while the page is in view: for what no event tells. */
  readonly everyMs?: number;
}

/** What an error says to a person. */
export function describeError(error: unknown): string {
  if (error instanceof ApiError) return error.problem?.detail ?? error.message;
  return error instanceof Error ? error.message : String(error);
}

/** Asks the API, again whenever `inputs` change or the events say that the answer has. */
export function useQuery<T>(
  load: () => Promise<T>,
  inputs: readonly unknown[],
  { changes = [], pauseMs = 0, everyMs }: QueryOptions = {},
): Query<T> {
  const [state, setState] = useState<Omit<Query<T>, 'reload'>>({ data: null, error: null, isLoading: true });
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  useEffect(() => {
    let isCurrent = true;
    setState((before) => ({ ...before, isLoading: true }));
    load().then(
      (data) => isCurrent && setState({ data, error: null, isLoading: false }),
      (error: unknown) => {
        if (error instanceof ApiError && error.status === 401) tellSessionEnded();
        if (isCurrent) setState((before) => ({ ...before, error: describeError(error), isLoading: false }));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [...inputs, turn]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, pauseMs);
    };
    const stop = onChange(changes, pauseMs === 0 ? reload : wait);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [changes.join(), pauseMs, reload]);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => document.hidden || reload(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  return { ...state, reload };
}

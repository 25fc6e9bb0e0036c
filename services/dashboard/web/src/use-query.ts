import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
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

/** What asks, one request at a time: what is wanted meanwhile is asked for once the answer is there. */
interface Asker {
  readonly ask: () => void;
  readonly isBusy: () => boolean;
  readonly stop: () => void;
}

/** Asks with `load`. Answers are never overtaken and never thrown away for a newer question: a slow API still gets through. */
function createAsker(load: () => Promise<void>): Asker {
  let isBusy = false;
  let isWanted = false;
  let isStopped = false;
  const askWhileWanted = async (): Promise<void> => {
    isBusy = true;
    while (isWanted && !isStopped) {
      isWanted = false;
      await load();
    }
    isBusy = false;
  };
  return {
    ask() {
      isWanted = true;
      if (!isBusy) void askWhileWanted();
    },
    isBusy: () => isBusy,
    stop() {
      isStopped = true;
    },
  };
}

/** Asks the API, again whenever `inputs` change or the events say that the answer has. */
export function useQuery<T>(
  load: () => Promise<T>,
  inputs: readonly unknown[],
  { changes = [], pauseMs = 0, everyMs }: QueryOptions = {},
): Query<T> {
  const [state, setState] = useState<Omit<Query<T>, 'reload'>>({ data: null, error: null, isLoading: true });
  const asker = useRef<Asker | null>(null);
  const reload = useCallback(() => asker.current?.ask(), []);
  useEffect(() => {
    let isCurrent = true;
    const own = createAsker(async () => {
      setState((before) => ({ ...before, isLoading: true }));
      try {
        const data = await load();
        if (isCurrent) setState({ data, error: null, isLoading: false });
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) tellSessionEnded();
        if (isCurrent) setState((before) => ({ ...before, error: describeError(error), isLoading: false }));
      }
    });
    asker.current = own;
    own.ask();
    return () => {
      isCurrent = false;
      own.stop();
    };
  }, [...inputs]);
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
    const timer = setInterval(() => document.hidden || asker.current?.isBusy() || reload(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  return { ...state, reload };
}

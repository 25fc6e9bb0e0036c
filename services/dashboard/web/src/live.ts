/** Whether news arrive: `live`, or since when they do not. */
export type Connection = 'connecting' | 'live' | 'lost';

/** Many changes in a row are told once, after this pause (ms). */
const CALM_MS = 500;

type Listener = { readonly kinds: readonly string[]; readonly hear: () => void };

const listeners = new Set<Listener>();
const connectionListeners = new Set<(connection: Connection) => void>();
const changed = new Set<string>();
let connection: Connection = 'connecting';
let timer: ReturnType<typeof setTimeout> | undefined;

function tellListeners(): void {
  timer = undefined;
  const kinds = new Set(changed);
  changed.clear();
  for (const { kinds: wanted, hear } of listeners) if (wanted.some((kind) => kinds.has(kind))) hear();
}

function noteChange(kind: string): void {
  changed.add(kind);
  timer ??= setTimeout(tellListeners, CALM_MS);
}

function tellAll(): void {
  for (const { hear } of listeners) hear();
}

function setConnection(next: Connection): void {
  const wasLost = connection === 'lost';
  connection = next;
  for (const hear of connectionListeners) hear(next);
  // Whatever happened while nothing was heard.
  if (wasLost && next === 'live') tellAll();
}

/** Calls `hear` soon after something of these kinds has changed. Returns how to stop. */
export function onChange(kinds: readonly string[], hear: () => void): () => void {
  const listener = { kinds, hear };
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Calls `hear` with the state of the connection, now and at each change. Returns how to stop. */
export function onConnection(hear: (connection: Connection) => void): () => void {
  connectionListeners.add(hear);
  hear(connection);
  return () => void connectionListeners.delete(hear);
}

/** After a refusal (ms): a browser resumes a stream that was cut, but never asks again after an answer that is none. */
const RETRY_MS = 3_000;

/** Listens to the events of the pipeline until the returned function is called, again whenever the stream ends. */
export function listen(): () => void {
  let stop = open();
  let retry: ReturnType<typeof setTimeout> | undefined;
  function open(): () => void {
    return openStream(() => {
      retry = setTimeout(() => {
        stop = open();
      }, RETRY_MS);
    });
  }
  return () => {
    clearTimeout(retry);
    stop();
  };
}

function openStream(onRefused: () => void): () => void {
  const source = new EventSource('/v1/events');
  source.addEventListener('open', () => setConnection('live'));
  source.addEventListener('error', () => {
    setConnection('lost');
    if (source.readyState === EventSource.CLOSED) onRefused();
  });
  source.addEventListener('message', (event: MessageEvent<string>) => {
    const { kind } = JSON.parse(event.data) as { kind: string };
    // Events that are no longer kept may have been about anything.
    if (kind === 'reset') tellAll();
    else noteChange(kind.split('.')[0] ?? kind);
  });
  return () => source.close();
}

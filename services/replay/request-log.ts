/** What the replay server was asked since it began or was last reset. */
interface RequestReport {
  readonly total: number;
  /** Requests per provider host, faulted ones included. */
  readonly hosts: Readonly<Record<string, number>>;
  /** Requests that an injected fault spoiled, per provider host. */
  readonly faulted: Readonly<Record<string, number>>;
  /** Requests answered in full more than once, secrets cut out. */
  readonly duplicates: readonly { readonly method: string; readonly url: string; readonly count: number }[];
}

/** Counts requests per host and finds those that were answered more than once. */
export interface RequestLog {
  record: (method: string, host: string, url: string, faulted: boolean) => void;
  report: () => RequestReport;
  reset: () => void;
}

/** An empty log. */
export function createRequestLog(): RequestLog {
  const hosts = new Map<string, number>();
  const faulted = new Map<string, number>();
  const answered = new Map<string, { method: string; url: string; count: number }>();
  const count = (counts: Map<string, number>, name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  return {
    record: (method, host, url, isFaulted) => {
      count(hosts, host);
      if (isFaulted) {
        count(faulted, host);
        return;
      }
      const shown = url.replace(/([?&]api_key=)[^&]*/, '$1REDACTED');
      const entry = answered.get(`${method} ${shown}`) ?? { method, url: shown, count: 0 };
      entry.count += 1;
      answered.set(`${method} ${shown}`, entry);
    },
    report: () => ({
      total: [...hosts.values()].reduce((sum, value) => sum + value, 0),
      hosts: Object.fromEntries(hosts),
      faulted: Object.fromEntries(faulted),
      duplicates: [...answered.values()].filter((entry) => entry.count > 1),
    }),
    reset: () => {
      hosts.clear();
      faulted.clear();
      answered.clear();
    },
  };
}

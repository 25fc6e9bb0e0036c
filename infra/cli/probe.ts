import { z } from 'zod';
import type { Config } from '../../shared/config.ts';
import type {
  Connector,
  FetchWindow,
  KeyDefinition,
  Payload,
  Provider,
} from '../../shared/connectors/connector.ts';
import { readFredKey } from '../../shared/connectors/fred/api-key.ts';
import { createConnectors } from '../../shared/connectors/registry.ts';
import { describeFailure, SchemaDriftError } from '../../shared/errors.ts';
import { createHttpClient, type HttpClient } from '../../shared/http.ts';
import { createLogger } from '../../shared/logger.ts';
import { assetOf } from '../../shared/pipeline/providers.ts';
import {
  cutoffOf,
  dayInZone,
  isWeekday,
  MINUTE,
  nextWeekday,
  previousWeekday,
  SAO_PAULO,
  type Day,
  type Instant,
} from '../../shared/time.ts';
import { findExpectedDate, findLastDate, listFindings } from './probe-findings.ts';

/** What one request to a provider told. */
export interface ProbeReport {
  readonly provider: Provider;
  /** The mandatory key that was asked for. */
  readonly key: string;
  /** The partition whose daily run it stands for; null when nothing is recorded to choose one by. */
  readonly partition: Day | null;
  /** `drift`: an answer that is not as it should be; `failed`: none that could be read. */
  readonly verdict: 'ok' | 'drift' | 'failed';
  readonly requests: number;
  /** HTTP status of the last answer; null without one. */
  readonly status: number | null;
  readonly latencyMs: number;
  readonly rows: number;
  readonly rejected: number;
  readonly lastDate: Day | null;
  readonly expectedDate: Day | null;
  /** What is wrong, in words. */
  readonly findings: readonly string[];
}

/** What `probeProviders` needs. */
export interface ProbeOptions {
  readonly config: Pick<Config, 'PROVIDERS' | 'REPLAY_URL' | 'FRED_API_KEY' | 'MAX_BODY_BYTES'>;
  readonly providers: readonly Provider[];
  /** Partition to stand in for. @default the last complete one, or the last recorded one of replayed providers */
  readonly partition?: Day | undefined;
  readonly now: () => Instant;
}

/** A probe that takes longer is a failure by itself. */
const TIMEOUT_MS = 2 * MINUTE;

const manifestSchema = z.object({
  keys: z.array(z.object({ provider: z.string(), key: z.string(), span: z.object({ last: z.string() }) })),
});

type Manifest = z.infer<typeof manifestSchema>;

/** The key to ask for: mandatory, daily, and answered in one request. */
function chooseKey(connector: Connector): KeyDefinition {
  const key = connector.keys.find(
    ({ mandatory, disabled, frequency, vintageMode }) =>
      mandatory && disabled === undefined && frequency === 'D' && vintageMode !== 'alfred',
  );
  if (key === undefined) throw new Error(`${connector.provider} has no mandatory daily key`);
  return key;
}

/** The last weekday that recordings of a key reach; those of B3 are one file for all keys. */
function findRecordedPartition(manifest: Manifest, provider: Provider, key: KeyDefinition): Day | null {
  const name = assetOf(provider).slice('bronze_'.length);
  const recorded = manifest.keys.filter((entry) => entry.provider === name);
  const last = (recorded.find((entry) => entry.key === key.code) ?? recorded[0])?.span.last;
  if (last === undefined) return null;
  return isWeekday(last) ? last : previousWeekday(last);
}

/** A client that counts what it sends. */
interface CountingClient {
  readonly http: HttpClient;
  count(): number;
  /** Only then do the replay headers mean anything. */
  readonly isReplay: boolean;
}

function openHttp(replayUrl: string | null, maxBodyBytes: number, now: () => Instant): CountingClient {
  let requests = 0;
  const client = createHttpClient({
    replayUrl,
    // One request per provider: less than any budget, and it has to pass where the workers do not.
    acquire: async () => undefined,
    log: createLogger('probe', 'silent'),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    now,
    maxBodyBytes,
  });
  const http = client.observedBy(async () => {
    requests += 1;
  });
  return { http, count: () => requests, isReplay: replayUrl !== null };
}

async function readManifest(config: ProbeOptions['config'], now: () => Instant): Promise<Manifest> {
  const { http } = openHttp(null, config.MAX_BODY_BYTES, now);
  const { body } = await http.get({ part: 'manifest', url: `${config.REPLAY_URL}/manifest` });
  return manifestSchema.parse(JSON.parse(new TextDecoder().decode(body)));
}

/** The window of the daily run of a partition that holds the date expected of it, else its last. */
function chooseWindow(
  connector: Connector,
  key: KeyDefinition,
  partition: Day,
  expected: Day | null,
): FetchWindow | null {
  const request = {
    from: partition,
    to: partition,
    mode: 'recent',
    today: nextWeekday(partition),
  } as const;
  const windows = connector.windows(key, request);
  const holds = windows.findLast(({ from, to }) => expected !== null && from <= expected && expected <= to);
  return holds ?? windows.at(-1) ?? null;
}

async function probeProvider(
  connector: Connector,
  partition: Day | null,
  { http, count, isReplay }: CountingClient,
  now: () => Instant,
): Promise<ProbeReport> {
  const { provider } = connector;
  const key = chooseKey(connector);
  let payloads: readonly Payload[] = [];
  let expectedDate: Day | null = null;
  let latencyMs = 0;
  const reportAs = (verdict: ProbeReport['verdict'], findings: readonly string[]): ProbeReport => ({
    provider,
    key: key.key,
    partition,
    verdict,
    requests: count(),
    status: payloads.at(-1)?.status ?? null,
    latencyMs: Math.round(latencyMs),
    rows: 0,
    rejected: 0,
    lastDate: null,
    expectedDate,
    findings,
  });
  if (partition === null) return reportAs('failed', ['nothing of it is recorded']);
  const asOf = Math.min(cutoffOf(partition), now());
  expectedDate = findExpectedDate(key, partition, asOf);
  const window = chooseWindow(connector, key, partition, expectedDate);
  if (window === null) return reportAs('failed', [`no window for ${partition}`]);
  const startedAt = performance.now();
  try {
    payloads = await connector.fetch(key, window, http);
    latencyMs = performance.now() - startedAt;
    if (isReplay && payloads.some(({ replay }) => replay?.outcome === 'not-recorded'))
      return reportAs('failed', [`not recorded: ${window.from}…${window.to}`]);
    const parsed = connector.parse(key, window, payloads);
    const findings = listFindings(key, parsed, expectedDate, asOf);
    return {
      ...reportAs(findings.length === 0 ? 'ok' : 'drift', findings),
      rows: parsed.rows.length,
      rejected: parsed.rejected.length,
      lastDate: findLastDate(key, parsed.rows),
    };
  } catch (error) {
    latencyMs ||= performance.now() - startedAt;
    const { name, message } = describeFailure(error, false);
    const isDrift = error instanceof SchemaDriftError;
    return reportAs(isDrift ? 'drift' : 'failed', [`${isDrift ? 'schema' : name}: ${message}`]);
  }
}

/** Asks each provider once for a mandatory key, as its daily run does, and compares the answer with what is expected. */
export async function probeProviders(options: ProbeOptions): Promise<ProbeReport[]> {
  const { config, now } = options;
  const isReplay = config.PROVIDERS === 'replay';
  const connectors = createConnectors({ fredApiKey: readFredKey(config) });
  const manifest = isReplay && options.partition === undefined ? await readManifest(config, now) : null;
  const complete = previousWeekday(dayInZone(now(), SAO_PAULO));
  return Promise.all(
    options.providers.map((provider) => {
      const connector = connectors[provider];
      const recorded =
        manifest === null ? complete : findRecordedPartition(manifest, provider, chooseKey(connector));
      const client = openHttp(isReplay ? config.REPLAY_URL : null, config.MAX_BODY_BYTES, now);
      return probeProvider(connector, options.partition ?? recorded, client, now);
    }),
  );
}

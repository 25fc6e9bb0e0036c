import type { CalendarName } from '../calendars/calendar.ts';
import type { Day, Instant } from '../time.ts';
import type { HttpClient } from '../http.ts';
import type { Unit } from './units.ts';

export type Provider = 'bcb_sgs' | 'fred' | 'yahoo' | 'bcb_ptax' | 'b3' | 'treasury';

/** Where a release time comes from; `first_seen` is stamped by the ingest when a rule gives none. */
export type ReleaseBasis = 'provider' | 'calendar' | 'lag_rule' | 'first_seen';

/** When a value of an observation date became public. Conservative: never early. */
export interface ReleaseRule {
  /** The rule in words, as shown to people: `+10 d 08:30 America/New_York`. */
  readonly describe: string;
  /** Release moment and its basis for an observation date (period start, as the provider stamps it). */
  timeOf(observationDate: Day): { readonly time: Instant; readonly basis: ReleaseBasis };
}

export type Frequency = 'D' | 'W' | 'M' | 'Q' | 'A';

/** Largest plausible change between two observations: in the unit of the key, or as a share of the value before. */
export interface JumpBound {
  readonly kind: 'absolute' | 'relative';
  readonly value: number;
}

/** How `feeds` of a key starts that no model reads, before the reason. */
export const STORED_ONLY = 'stored for readers of the API: ';
/** How `feeds` of a key starts that only controls another source, before what it controls. */
export const CROSS_CHECK = 'cross-check: ';

/**
 * One key of a provider: a series, symbol, pair or curve file. The registry of a provider is a list of these; a change
 * of meaning is a new key.
 */
export interface KeyDefinition {
  /** Internal key, stable: `BR_IPCA_MOM`, `IBOVESPA`, `USDBRL_PTAX`, `DI1`. */
  readonly key: string;
  /** The provider's code: `433`, `CPIAUCSL`, `^BVSP`, `USD`, `PRE`. */
  readonly code: string;
  readonly name: string;
  /** Unit of the stored value: `percent_per_month`, `percent_per_year`, `index`, `usd_million`, … */
  readonly unit: Unit;
  readonly frequency: Frequency;
  readonly country: string;
  /** Days on which a value is expected. */
  readonly calendar: CalendarName;
  readonly release: ReleaseRule;
  /** `alfred`: the provider keeps vintages; `first_seen`: we make them; `none`: values are final. */
  readonly vintageMode: 'alfred' | 'first_seen' | 'none';
  /** A mandatory key that is empty on a day that should have data fails its partition. */
  readonly mandatory: boolean;
  /** Present: the key is never asked for, and this is why. */
  readonly disabled?: string;
  /** The key whose windows bring the rows of this one, which has none of its own. @default itself */
  readonly fileOf?: string;
  /** Factor from `unit` to its base unit: 1e6 for `usd_million`, 0.01 for a percent. */
  readonly scale: number;
  /** True when the publisher changes values after their first release. */
  readonly revises: boolean;
  /** Plausible bounds of a value, in `unit`, ends included. */
  readonly expectedRange?: readonly [number, number];
  /** Largest plausible change from one observation (of the same vertex, for a curve) to the next. */
  readonly jumpBound?: JumpBound;
  /** First observation date that the bounds hold for: values before it belong to another monetary regime. @default any */
  readonly boundsFrom?: Day;
  /** Shortest vertex of a curve that the bounds hold for, calendar days. @default any */
  readonly boundsFromDays?: number;
  /**
   * How long after its expected release a key may stay without a value before it is stale: sessions of `calendar` for
   * daily keys, days for the others.
   */
  readonly maxStaleness: number;
  /** How we know that the code is what the key says. */
  readonly verified: string;
  /**
   * What reads it: `silver_macro: ` (or another silver asset) and the agents and derived series that depend on it, or
   * why none does, after `STORED_ONLY` or `CROSS_CHECK`.
   */
  readonly feeds: string;
}

/** A piece of a key's history that the provider answers in one go. Equal ids are fetched once. */
export interface FetchWindow {
  readonly key: string;
  /** Stable within the key: the same piece has the same id whatever the slice that asks. */
  readonly id: string;
  /** Observation dates the window covers, both included. */
  readonly from: Day;
  readonly to: Day;
}

/** What a task needs of a key. */
export interface WindowRequest {
  /** First and last partition of the task. */
  readonly from: Day;
  readonly to: Day;
  /** `history`: provider-optimal windows of everything the models may read; `recent`: the look-back of a daily run. */
  readonly mode: 'history' | 'recent';
  /** The day on which the request is made, America/Sao_Paulo: nothing after it exists yet. */
  readonly today: Day;
  /** The day of the last stored vintage of a key whose provider keeps vintages; absent when none is stored. */
  readonly lastVintage?: Day | undefined;
}

/** One archived answer of a provider. */
export interface Payload {
  /** Which of a window's answers it is: `observations`, `vintagedates`, `report`. Unique within the window. */
  readonly part: string;
  /** URL without secrets. */
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  /** Headers worth keeping, names in lower case: `etag`, `last-modified`, `date`, `retry-after`, … */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly fetchedAt: Instant;
  /** `X-Replay-Outcome` and `X-Replay-Recorded`; only trusted when PROVIDERS=replay. */
  readonly replay?: { readonly outcome?: string; readonly recorded?: string; readonly marked?: string };
}

interface RowLineage {
  /** Vintage moment given by the provider (ALFRED); null: stamped when first seen. */
  readonly vintageAt: Instant | null;
  /** Release moment by provider, calendar or lag rule; null when only first sight can tell. */
  readonly releaseTime: Instant | null;
  readonly releaseBasis: ReleaseBasis;
}

/** Decimal text as the provider wrote it, point as separator, no exponent; null = withdrawn or missing. */
export type DecimalText = string;

export interface ObservationRow extends RowLineage {
  readonly table: 'observations';
  readonly key: string;
  readonly date: Day;
  readonly value: DecimalText | null;
}

export interface BarRow extends RowLineage {
  readonly table: 'bars';
  readonly key: string;
  /** Session date in the exchange's zone. */
  readonly date: Day;
  readonly open: DecimalText | null;
  readonly high: DecimalText | null;
  readonly low: DecimalText | null;
  readonly close: DecimalText;
  readonly adjustedClose: DecimalText | null;
  readonly volume: DecimalText | null;
  readonly currency: string | null;
}

export interface CorporateActionRow extends RowLineage {
  readonly table: 'corporate_actions';
  readonly key: string;
  readonly date: Day;
  readonly kind: 'dividend' | 'split';
  /** Cash per share in the bar's currency, or new shares per old share. */
  readonly amount: DecimalText;
}

export interface FixingRow extends RowLineage {
  readonly table: 'fixings';
  /** `USDBRL_PTAX`. */
  readonly key: string;
  readonly date: Day;
  readonly bulletin: 'closing';
  /** BRL per unit of foreign currency. */
  readonly bid: DecimalText;
  readonly ask: DecimalText;
}

export interface CurvePointRow extends RowLineage {
  readonly table: 'curve_points';
  /** Registry key of the file or contract family it came from: `DI1`, `PRE`, `UST_NOM`. */
  readonly key: string;
  readonly curveId:
    | 'DI_PRE'
    | 'DI_IPCA'
    | 'CUPOM_CAMBIAL'
    | 'USDBRL_FWD'
    | 'NTN_B_REAL'
    | 'UST_NOM'
    | 'UST_REAL';
  readonly date: Day;
  /** Contract, vertex or tenor label: `DI1F23`, `10Y`, `252`. */
  readonly vertex: string;
  readonly maturity: Day | null;
  readonly calendarDays: number;
  readonly businessDays: number | null;
  /** Decimal fraction per year (0.1358); for USDBRL_FWD null. */
  readonly rate: DecimalText | null;
  /** Settlement price as published: PU, or BRL per USD for USDBRL_FWD; null when the source quotes a rate. */
  readonly price: DecimalText | null;
  readonly rateKind: 'zero' | 'par' | 'linear360' | 'forward_price' | 'yield';
}

export type BronzeRow = ObservationRow | BarRow | CorporateActionRow | FixingRow | CurvePointRow;

/** A row of the provider that we do not take, with the reason. */
export interface RejectedRow {
  readonly key: string;
  readonly date: Day | null;
  readonly reason: string;
  readonly raw: string;
}

export interface ParseResult {
  readonly rows: readonly BronzeRow[];
  readonly rejected: readonly RejectedRow[];
}

/**
 * One provider. Pure but for `fetch`, whose only door is the given client: no database, no queue, no environment, no
 * clock.
 */
export interface Connector {
  readonly provider: Provider;
  readonly keys: readonly KeyDefinition[];
  /** Windows of an enabled key that a request needs, ascending. */
  windows(key: KeyDefinition, request: WindowRequest): readonly FetchWindow[];
  /**
   * All answers that make up a window.
   *
   * @throws TransientError, PermanentError, SchemaDriftError, RetryLaterError
   */
  fetch(key: KeyDefinition, window: FetchWindow, http: HttpClient): Promise<readonly Payload[]>;
  /**
   * Rows of a window, from its archived answers. Rows outside the window are dropped. Deterministic.
   *
   * @throws SchemaDriftError, TransientError (a page where data was expected), PermanentError
   */
  parse(key: KeyDefinition, window: FetchWindow, payloads: readonly Payload[]): ParseResult;
}

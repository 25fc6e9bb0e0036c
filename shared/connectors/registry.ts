import type { CalendarName } from '../calendars/calendar.ts';
import { b3Connector } from './b3/b3.ts';
import { ptaxConnector } from './bcb_ptax/connector.ts';
import { PTAX_KEYS } from './bcb_ptax/registry.ts';
import { sgsConnector } from './bcb_sgs/connector.ts';
import type { Connector, KeyDefinition, Provider } from './connector.ts';
import { createFredConnector } from './fred/connector.ts';
import { treasuryConnector } from './treasury/treasury.ts';
import { INSTRUMENTS, type InstrumentClass } from './yahoo/instruments.ts';
import { yahooConnector } from './yahoo/yahoo.ts';

/** What the connectors need from the configuration. */
export interface ConnectorOptions {
  readonly fredApiKey: string;
}

/** The six connectors by provider. A provider without one does not compile. */
export function createConnectors({ fredApiKey }: ConnectorOptions): Record<Provider, Connector> {
  return {
    bcb_sgs: sgsConnector,
    fred: createFredConnector({ apiKey: fredApiKey }),
    yahoo: yahooConnector,
    bcb_ptax: ptaxConnector,
    b3: b3Connector,
    treasury: treasuryConnector,
  };
}

/** A key with its provider: keys are unique over all providers. */
export interface RegisteredKey extends KeyDefinition {
  readonly provider: Provider;
}

/** Every key of every provider, disabled ones included, in the order of the registries. */
export function listKeys(): readonly RegisteredKey[] {
  return Object.values(createConnectors({ fredApiKey: '' })).flatMap(({ provider, keys }) =>
    keys.map((key) => ({ ...key, provider })),
  );
}

/** What is priced: a symbol of Yahoo Finance or a PTAX pair. Bars and fixings carry its key. */
export interface RegisteredInstrument {
  readonly key: string;
  readonly class: InstrumentClass;
  readonly calendar: CalendarName;
  readonly quoteUnit: string;
  readonly hasVolume: boolean;
}

/** Every instrument of every provider, in the order of the registries. */
export function listInstruments(): readonly RegisteredInstrument[] {
  const pairs = PTAX_KEYS.map((pair) => ({ ...pair, class: 'fx' as const, hasVolume: false }));
  return [...INSTRUMENTS, ...pairs].map((instrument) => ({
    key: instrument.key,
    class: instrument.class,
    calendar: instrument.calendar,
    quoteUnit: instrument.unit,
    hasVolume: instrument.hasVolume,
  }));
}

import { describe, expect, it } from 'vitest';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { createConnectors, listKeys } from '../../../shared/connectors/registry.ts';
import { REGISTRY_TABLE } from './registry-table.ts';

const keys = listKeys();

describe('connector registry', () => {
  it('has the six providers under their own names', () => {
    const connectors = createConnectors({ fredApiKey: 'abcdefghijklmnopqrstuvwxyz012345' });
    expect(Object.keys(connectors)).toEqual(['bcb_sgs', 'fred', 'yahoo', 'bcb_ptax', 'b3', 'treasury']);
    for (const [provider, connector] of Object.entries(connectors)) expect(connector.provider).toBe(provider);
  });

  it('names each key once over all providers', () => {
    const names = keys.map(({ key }) => key);
    expect(new Set(names).size).toBe(names.length);
  });

  it('has each code of a provider under one key, disabled ones included', () => {
    const codes = keys.map(({ provider, code }) => `${provider} ${code}`);
    expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([]);
  });

  it('means by each key what the table says', () => {
    const lines = keys.map(({ provider, key, code, unit, frequency, disabled }) =>
      [provider, key, code, unit, frequency, ...(disabled === undefined ? [] : ['disabled'])].join(' '),
    );
    expect(lines).toEqual(REGISTRY_TABLE.trim().split('\n'));
  });

  it('has the keys of the six providers, and says why one is disabled', () => {
    const count = Object.groupBy(keys, ({ provider }) => provider);
    expect(Object.entries(count).map(([provider, list]) => `${provider} ${list.length}`)).toEqual([
      'bcb_sgs 96',
      'fred 64',
      'yahoo 28',
      'bcb_ptax 5',
      'b3 9',
      'treasury 2',
    ]);
    const disabled = keys.filter((key) => key.disabled !== undefined);
    expect(disabled.map(({ key }) => key)).toEqual([
      'BR_IPC_S_WEEKLY',
      'BR_IPCA_COMP_FOOD_AWAY',
      'BR_SERVICES_REV',
      'BR_PORT_EQUITY',
      'BR_PORT_DEBT',
      'US_NROU_ST',
      'US_OUTPUT_GAP',
    ]);
    for (const key of disabled) expect(key.disabled?.length, key.key).toBeGreaterThan(30);
  });

  it('has exactly the mandatory keys of the daily run', () => {
    const mandatory = keys.filter((key) => key.mandatory).map(({ provider, code }) => `${provider} ${code}`);
    expect(mandatory.sort()).toEqual([
      'b3 DI1',
      'bcb_ptax USD',
      'bcb_sgs 1',
      'bcb_sgs 10813',
      'bcb_sgs 432',
      'bcb_sgs 433',
      'fred DFF',
      'fred DGS10',
      'fred DGS2',
      'treasury daily_treasury_yield_curve',
      'yahoo ^BVSP',
      'yahoo ^GSPC',
      'yahoo ^VIX',
    ]);
  });

  it('says of each key what it is, how we know, and who reads it', () => {
    for (const key of keys) {
      for (const text of [
        key.key,
        key.code,
        key.name,
        key.unit,
        key.verified,
        key.feeds,
        key.release.describe,
      ]) {
        expect(text, key.key).not.toBe('');
      }
      expect(getCalendar(key.calendar).name, key.key).toBe(key.calendar);
    }
  });

  it('lists windows in order, once each, within the range that can exist', () => {
    const connectors = createConnectors({ fredApiKey: '' });
    const request = { from: '2021-01-04', to: '2021-03-31', today: '2026-11-23' };
    for (const connector of Object.values(connectors)) {
      for (const key of connector.keys.filter(({ disabled }) => disabled === undefined)) {
        for (const mode of ['history', 'recent'] as const) {
          const windows = connector.windows(key, { ...request, mode });
          const starts = windows.map(({ from }) => from);
          expect(starts, key.key).toEqual(starts.toSorted());
          expect(new Set(windows.map(({ id }) => id)).size, key.key).toBe(windows.length);
          for (const window of windows) {
            expect(window.key).toBe(key.key);
            expect(window.from <= window.to, `${key.key} ${window.id}`).toBe(true);
          }
        }
      }
    }
  });
});

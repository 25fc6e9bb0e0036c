import { describe, expect, it } from 'vitest';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { createConnectors, listKeys } from '../../../shared/connectors/registry.ts';

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

  it('asks each code of a provider under one key', () => {
    const codes = keys
      .filter(({ disabled }) => disabled === undefined)
      .map(({ provider, code }) => `${provider} ${code}`);
    expect(new Set(codes).size).toBe(codes.length);
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

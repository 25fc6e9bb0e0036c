import { describe, expect, it } from 'vitest';
import { countRequests } from '../../../services/api/estimate.ts';
import type { Provider } from '../../../shared/connectors/connector.ts';
import { assetOf } from '../../../shared/pipeline/providers.ts';
import { BULK_SHARE } from '../../../shared/queues/budget.ts';
import { ceilingOf, listHosts } from '../../../shared/queues/hosts.ts';
import { MINUTE, SECOND } from '../../../shared/time.ts';
import { readProjectFile } from './defect-table.ts';

const SPAN = { from: '2010-01-01', to: '2026-11-20' };
const NOW = Date.parse('2026-11-20T12:00:00Z');
const PROVIDERS: readonly Provider[] = ['bcb_sgs', 'fred', 'yahoo', 'bcb_ptax', 'b3', 'treasury'];

const page = readProjectFile('docs/going-live.md');
const rows = page.split('\n').flatMap((line) => {
  const [, provider = '', host = '', ...numbers] = line.split('|').map((cell) => cell.trim());
  if (!PROVIDERS.includes(provider as Provider)) return [];
  const [requests = NaN, rate, share, minutes] = numbers
    .slice(0, 4)
    .map((text) => Number(text.replaceAll(',', '')));
  return [{ provider: provider as Provider, host, requests, rate, share, minutes }];
});

describe('the table of requests and minutes of the first backfill', () => {
  it('is about the range that is computed here', () => {
    expect(page).toContain(`${SPAN.from} … ${SPAN.to}`);
    expect(rows).toHaveLength(7);
  });

  it.each(PROVIDERS)('has the requests of %s that a dry run counts', (provider) => {
    const own = rows.filter((row) => row.provider === provider);
    const sum = own.reduce((total, { requests }) => total + requests, 0);
    const range = { begin: SPAN.from, now: NOW, covered: new Set<string>() };
    expect(sum).toBe(countRequests(assetOf(provider), [SPAN], range));
    for (const { host } of own) expect(listHosts(provider)).toContain(host);
  });

  it.each(rows)(
    'computes the minutes of $host from its budget',
    ({ host, requests, rate, share, minutes }) => {
      const perSecond = ceilingOf(host, {});
      expect(rate).toBe(perSecond);
      expect(share).toBeCloseTo(perSecond * BULK_SHARE, 10);
      expect(minutes).toBe(Number(((requests / share!) * (SECOND / MINUTE)).toFixed(1)));
    },
  );
});

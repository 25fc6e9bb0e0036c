import { expect, it } from 'vitest';
import { linkSubject } from '../../../services/dashboard/web/src/alerts/subject-links.ts';

const RUN = '0190c8a0-1111-7222-8333-444455556666';

it.each([
  ['bronze_fred 2022-06-24', '/partitions?view=2022-06&asset=bronze_fred&day=2022-06-24'],
  ['silver_macro', '/assets/silver_macro'],
  ['treasury', '/providers#treasury'],
  ['weekday 2022-06-24', '/schedule'],
  [`run ${RUN}`, `/runs/${RUN}`],
  [`backfill ${RUN}`, `/backfills/${RUN}`],
])('leads from %s to %s', (subject, href) => {
  expect(linkSubject('staleness', subject).map((part) => part.href)).toEqual([href]);
});

it('leads from an asset of a run to both', () => {
  expect(linkSubject('check_blocked', `bronze_b3_market_data of run ${RUN}`)).toEqual([
    { text: 'bronze_b3_market_data', href: '/assets/bronze_b3_market_data' },
    { text: ' of ', href: null },
    { text: 'run 0190c8a0', href: `/runs/${RUN}` },
  ]);
});

it.each(['Copom meetings', 'calendar B3'])(
  'leads from the table %s, which runs out, to how to extend it',
  (table) => {
    expect(linkSubject('calendar_horizon', table)).toEqual([{ text: table, href: '/schedule#dates' }]);
  },
);

it('leads nowhere from what no page is about', () => {
  expect(linkSubject('staleness', 'Copom meetings')).toEqual([{ text: 'Copom meetings', href: null }]);
});

import { expect, it } from 'vitest';

import { formatRecords } from '../../../infra/cli/format-records.ts';

it('shows a list of the API as a table', () => {
  const answer = {
    data: [
      { key: 'bronze_fred', upstream: [] },
      { key: 'silver_macro', upstream: ['bronze_bcb_sgs', 'bronze_fred'] },
    ],
  };
  expect(formatRecords(answer)).toEqual([
    'key           upstream',
    '------------  --------------------------',
    'bronze_fred   -',
    'silver_macro  bronze_bcb_sgs bronze_fred',
  ]);
});

it('says so when there is nothing', () => {
  expect(formatRecords({ data: [] })).toEqual(['none']);
  expect(formatRecords(undefined)).toEqual(['none']);
});

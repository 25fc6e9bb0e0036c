import { expect, it } from 'vitest';
import {
  groupByDate,
  spanOfKnowledge,
  type Vintage,
} from '../../../services/dashboard/web/src/data/vintages.ts';

const vintage = (date: string, knownAt: string): Vintage => ({
  date,
  period: date,
  value: '1',
  unit: 'percent',
  knownAt,
  revision: 0,
  isPrint: true,
  basis: '',
});

it('tells the ends of what was known as days in São Paulo, where the evening is tomorrow in UTC', () => {
  const revised = groupByDate([
    vintage('2022-05-01', '2022-06-10T01:30:00.000Z'),
    vintage('2022-05-01', '2022-07-01T12:00:00.000Z'),
    vintage('2022-06-01', '2022-07-12T02:59:59.000Z'),
  ]);
  expect(spanOfKnowledge(revised)).toEqual({ first: '2022-06-09', last: '2022-07-11' });
});

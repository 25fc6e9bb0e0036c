import { describe, expect, it } from 'vitest';
import { listBareRows, listMissingTests, readDefectRows } from './defect-table.ts';

const rows = readDefectRows('docs/compare.md', /^\[(?:dagster|airflow) #\d+\]/);

describe('the wishes of users of other schedulers', () => {
  it('are seven issues, each with what is done about it and at least one test', () => {
    const issues = rows.map(({ id }) => /\[(.+)\]\((.+)\)/.exec(id)?.slice(1));
    expect(issues.map((issue) => issue?.[0])).toEqual([
      'dagster #11631',
      'dagster #21042',
      'dagster #15013',
      'dagster #17464',
      'dagster #18563',
      'dagster #2219',
      'airflow #72337',
    ]);
    for (const [name = '', address = ''] of issues.map((issue) => issue ?? []))
      expect(address.endsWith(`/issues/${name.split('#')[1]}`)).toBe(true);
    expect(listBareRows(rows)).toEqual([]);
  });

  it('name tests that exist', () => {
    expect(rows.flatMap(({ tests }) => tests).length).toBeGreaterThan(15);
    expect(listMissingTests(rows)).toEqual([]);
  });
});

import { expect, it } from 'vitest';

import { cutText, formatTable } from '../../../infra/cli/format-table.ts';

it('cuts a text with an ellipsis', () => {
  expect(cutText('one line', 8)).toBe('one line');
  expect(cutText('one\nlong line', 8)).toBe('one lon…');
});

it('narrows only the last column when the line is too wide', () => {
  const rows = [{ count: 5, name: 'bronze_fred', text: 'a text that is far too long for the line' }];
  const lines = formatTable(
    [
      { render: ({ name }) => name, title: 'asset' },
      { align: 'right', render: ({ count }) => String(count), title: 'rows' },
      { render: ({ text }) => text, title: 'note' },
    ],
    rows,
    32,
  );
  expect(lines).toEqual([
    'asset        rows  note',
    '-----------  ----  -------------',
    'bronze_fred     5  a text that …',
  ]);
});

import { describe, expect, it } from 'vitest';
import type { AgentReport, Signal } from '../../../infra/cli/answers.ts';
import { formatAgentReport, formatComparison } from '../../../infra/cli/format-agent-report.ts';
import { wrapText } from '../../../infra/cli/wrap-text.ts';

const signal = (signalId: string, overrides: Partial<Signal> = {}): Signal => ({
  agent: 'agent_inflation',
  confidence: 0.62,
  direction: 'LONG',
  partition: '2022-06-24',
  reason: null,
  signalId,
  status: 'OK',
  strength: 'MODERATE',
  unit: 'percent',
  value: 7.12345,
  ...overrides,
});
const idle = signal('INFLATION_BR_SURPRISE', {
  confidence: 0,
  direction: 'NEUTRAL',
  reason: '12 surprises of SGS 433 in the last 39 months, 27 needed (or they do not vary)',
  status: 'INSUFFICIENT_DATA',
  strength: 'NO_SIGNAL',
  value: null,
});

const report: AgentReport = {
  agent: 'agent_inflation',
  coverage: 0.5,
  dataQualityFlags: ['US_PCE_CORE saar3 (FRED PCEPILFE): stale, 2022-04 is last release 50 days ago'],
  modelVersion: '1',
  narrative: [
    'agent_inflation · 2022-06-24 · degraded · coverage 0.50',
    'INFLATION_BR_PHILLIPS · LONG · …',
    'INFLATION_BR_SURPRISE · NEUTRAL · …',
    `Did not run: INFLATION_BR_SURPRISE (INSUFFICIENT_DATA: ${idle.reason})`,
    'Proxies: none',
    'Conclusion: INFLATION_BR_COMPOSITE LONG MODERATE, confidence 0.62',
  ].join('\n'),
  partition: '2022-06-24',
  revision: 0,
  signals: [signal('INFLATION_BR_PHILLIPS'), idle],
  status: 'degraded',
  versions: ['1', '2'],
};

describe('a report on the terminal', () => {
  it('fits the width and says everything once', () => {
    expect(formatAgentReport(report, { width: 80 })).toEqual([
      'inflation · 2022-06-24 · degraded · coverage 0.50 · model version 1 · revision 0',
      '',
      'signal                 direction   strength  conf.           value  status',
      '---------------------  ---------  ---------  -----  --------------  ------------',
      'INFLATION_BR_PHILLIPS  LONG        MODERATE   0.62  7.1235 percent  OK',
      'INFLATION_BR_SURPRISE  NEUTRAL    NO_SIGNAL      0               -  INSUFFICIEN…',
      '',
      'Did not run: INFLATION_BR_SURPRISE (INSUFFICIENT_DATA: 12 surprises of SGS 433',
      '  in the last 39 months, 27 needed (or they do not vary))',
      'Proxies: none',
      'Conclusion: INFLATION_BR_COMPOSITE LONG MODERATE, confidence 0.62',
      '',
      'Data quality: 1 flags',
      '  US_PCE_CORE saar3 (FRED PCEPILFE): stale, 2022-04 is last release 50 days ago',
      '',
      'Other model versions: 2 (--compare)',
    ]);
  });

  it('has colours only when asked, around the words and not in the widths', () => {
    const plain = formatAgentReport(report, { width: 100 });
    const painted = formatAgentReport(report, { width: 100, paint: (tone, text) => `<${tone}>${text}</>` });
    expect(painted.join('\n').replaceAll(/<\w+>|<\/>/g, '')).toBe(plain.join('\n'));
    expect(painted.join('\n')).toContain('<up>LONG</>');
    expect(painted.join('\n')).toContain('<bad>INSUFFICIENT_DATA</>');
  });

  it('sets two model versions side by side', () => {
    const lines = formatComparison(
      { version: '1', signals: report.signals },
      {
        version: '2',
        signals: [
          signal('INFLATION_BR_PHILLIPS', { direction: 'SHORT', value: 5 }),
          signal('INFLATION_BR_SURPRISE', { value: 2 }),
          signal('INFLATION_NEW'),
        ],
      },
    );
    expect(lines.map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'partition | signal | v1 | value | v2 | value | change',
      expect.stringMatching(/^-/),
      '2022-06-24 | INFLATION_BR_PHILLIPS | LONG 0.62 | 7.123 | SHORT 0.62 | 5 | -2.123',
      '2022-06-24 | INFLATION_BR_SURPRISE | INSUFFICIENT_DATA | - | LONG 0.62 | 2 | -',
      '2022-06-24 | INFLATION_NEW | none | - | LONG 0.62 | 7.123 | -',
      '',
      '3 of 3 signals differ in direction or status',
    ]);
  });
});

describe('wrapText', () => {
  it('breaks at spaces, indents what follows and keeps long words whole', () => {
    expect(wrapText('one two three', 7, '  ')).toEqual(['one two', '  three']);
    expect(wrapText('  a bb', 4, '    ')).toEqual(['  a', '    bb']);
    expect(wrapText('abcdefghij k', 5)).toEqual(['abcdefghij', 'k']);
    expect(wrapText('', 10)).toEqual(['']);
  });
});

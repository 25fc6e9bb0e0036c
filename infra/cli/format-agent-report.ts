import { formatSignalTable } from './format-report.ts';
import { formatValue } from './format-number.ts';
import { formatTable, TABLE_WIDTH } from './format-table.ts';
import { wrapText } from './wrap-text.ts';
import type { AgentReport, Signal } from './answers.ts';

/** How a word looks on the terminal: `up` and `down` a direction, `good` and `bad` a status, `title` a heading. */
export type Tone = 'up' | 'down' | 'good' | 'bad' | 'title';

/** How a text is put on paper: the widest line, and what colours a word (nothing by default). */
export interface Paper {
  /** @default TABLE_WIDTH */
  readonly width?: number | undefined;
  readonly paint?: ((tone: Tone, text: string) => string) | undefined;
}

const WORDS: readonly (readonly [RegExp, Tone])[] = [
  [/\bLONG\b/g, 'up'],
  [/\bSHORT\b/g, 'down'],
  [/\b(?:INSUFFICIENT_DATA|STALE_DATA|MODEL_ERROR|degraded)\b/g, 'bad'],
  [/\bcomplete\b/g, 'good'],
];

/** Indent of the lines that belong to the one above. */
const INDENT = '  ';

/**
 * A report for people: a heading, the signals as a table, why models did not run, substitutes, notes and the conclusion,
 * and what is wrong with the data. No line is wider than the paper.
 */
export function formatAgentReport(report: AgentReport, { width = TABLE_WIDTH, paint }: Paper = {}): string[] {
  const heading = [
    report.agent.replace(/^agent_/, '').replaceAll('_', ' '),
    report.partition,
    report.status,
    `coverage ${report.coverage.toFixed(2)}`,
    `model version ${report.modelVersion}`,
    `revision ${report.revision}`,
  ].join(' · ');
  // The narrative starts with its own heading and one line per signal: the table says the same.
  const prose = report.narrative.split('\n').slice(1 + report.signals.length);
  const flags = report.dataQualityFlags;
  const others = report.versions.filter((version) => version !== report.modelVersion);
  const lines = [
    ...wrapText(heading, width, INDENT).map((line) => (paint === undefined ? line : paint('title', line))),
    '',
    ...formatSignalTable(report.signals, { width, hasAgent: false, hasReasons: false }),
    '',
    ...prose.flatMap((line) => wrapText(line, width, INDENT)),
    '',
    ...(flags.length === 0 ? ['Data quality: no flags'] : [`Data quality: ${flags.length} flags`]),
    ...flags.flatMap((flag) => wrapText(`${INDENT}${flag}`, width, INDENT.repeat(2))),
    ...(others.length === 0
      ? []
      : ['', ...wrapText(`Other model versions: ${others.join(', ')} (--compare)`, width, INDENT)]),
  ];
  return colourWords(lines, paint);
}

/** Two model versions of the same signals side by side, and by how much the value of the second is larger. */
export function formatComparison(
  first: { readonly version: string; readonly signals: readonly Signal[] },
  second: { readonly version: string; readonly signals: readonly Signal[] },
  { width = TABLE_WIDTH, paint }: Paper = {},
): string[] {
  const place = ({ partition, signalId }: Signal): string => `${partition} ${signalId}`;
  const others = new Map(second.signals.map((signal) => [place(signal), signal]));
  const known = new Set(first.signals.map(place));
  const rows = [
    ...first.signals.map((before) => ({ before, after: others.get(place(before)) })),
    ...second.signals
      .filter((signal) => !known.has(place(signal)))
      .map((after) => ({ before: undefined, after })),
  ];
  const describe = (signal: Signal | undefined): string =>
    signal === undefined
      ? 'none'
      : signal.value === null
        ? signal.status
        : `${signal.direction} ${formatValue(signal.confidence, 2)}`;
  const difference = (a: Signal | undefined, b: Signal | undefined): string =>
    a === undefined || b === undefined || a.value === null || b.value === null
      ? '-'
      : formatValue(b.value - a.value, 4);
  const value = (signal: Signal | undefined): string => formatValue(signal?.value, 4);
  const table = formatTable(
    [
      { render: ({ before, after }) => (before ?? after)!.partition, title: 'partition' },
      { render: ({ before, after }) => (before ?? after)!.signalId, title: 'signal' },
      { render: ({ before }) => describe(before), title: `v${first.version}` },
      { align: 'right', render: ({ before }) => value(before), title: 'value' },
      { render: ({ after }) => describe(after), title: `v${second.version}` },
      { align: 'right', render: ({ after }) => value(after), title: 'value' },
      { align: 'right', render: ({ before, after }) => difference(before, after), title: 'change' },
    ],
    rows,
    width,
  );
  const turned = rows.filter(
    ({ before, after }) => before?.direction !== after?.direction || before?.status !== after?.status,
  ).length;
  return colourWords(
    [...table, '', `${turned} of ${rows.length} signals differ in direction or status`],
    paint,
  );
}

function colourWords(lines: readonly string[], paint: Paper['paint']): string[] {
  if (paint === undefined) return [...lines];
  return lines.map((line) =>
    WORDS.reduce((text, [word, tone]) => text.replace(word, (found) => paint(tone, found)), line),
  );
}

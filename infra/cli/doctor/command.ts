import { Command } from 'commander';
import { inheritEnvironment } from '../../../shared/config.ts';
import type { Tone } from '../format-agent-report.ts';
import type { Terminal } from '../terminal.ts';
import { wrapText } from '../wrap-text.ts';
import type { Diagnosis } from './examine.ts';

const TONES: Readonly<Record<Diagnosis['verdict'], Tone>> = {
  ok: 'good',
  warning: 'bad',
  wrong: 'down',
  skipped: 'title',
};
const NAME_WIDTH = 16;
const VERDICT_WIDTH = 9;
const INDENT = ' '.repeat(NAME_WIDTH + VERDICT_WIDTH);

/** A line for each check, and under those that are not ok how to mend them. */
export function formatDiagnoses(
  diagnoses: readonly Diagnosis[],
  { width = 110, paint }: Terminal['paper'],
): string[] {
  const lines = diagnoses.flatMap((diagnosis) => {
    const { name, verdict, detail } = diagnosis;
    const painted = paint === undefined ? verdict : paint(TONES[verdict], verdict);
    const lead = name.padEnd(NAME_WIDTH) + painted + ' '.repeat(VERDICT_WIDTH - verdict.length);
    const [first = '', ...rest] = detail
      .split('\n')
      .flatMap((line) => wrapText(INDENT + line, width, INDENT));
    const mend = 'mend' in diagnosis ? wrapText(`${INDENT}→ ${diagnosis.mend}`, width, `${INDENT}  `) : [];
    return [lead + first.slice(INDENT.length), ...rest, ...mend];
  });
  const count = (wanted: Diagnosis['verdict']): number =>
    diagnoses.filter(({ verdict }) => verdict === wanted).length;
  return [
    ...lines,
    '',
    `${count('wrong')} wrong, ${count('warning')} warnings, ${count('skipped')} skipped, ${count('ok')} ok`,
  ];
}

/** `macro doctor`: exit code 1 when something is wrong. */
export function createDoctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .description('say what is wrong with this installation and how to mend it; exit code 1 if something is')
    .action(async () => {
      // Servers and queues are loaded by those who look at them: it takes a while.
      const { examine } = await import('./examine.ts');
      const diagnoses = await examine({
        environment: inheritEnvironment(),
        apiUrl: terminal.api(),
        apiKey: terminal.apiKey(),
        now: Date.now,
      });
      terminal.report(diagnoses, () => formatDiagnoses(diagnoses, terminal.paper));
      if (diagnoses.some(({ verdict }) => verdict === 'wrong')) process.exitCode = 1;
    });
}

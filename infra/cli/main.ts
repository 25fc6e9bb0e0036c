import { createAlertsCommand, createDigestCommand } from './commands/alerts.ts';
import { createAssetsCommand, createLineageCommand, createPartitionsCommand } from './commands/assets.ts';
import { createBackfillCommand } from './commands/backfill.ts';
import { createChecksCommand } from './commands/checks.ts';
import { createEventsCommand } from './commands/events.ts';
import { createAuditCommand, createKeysCommand } from './commands/keys.ts';
import { createProbeCommand, createProvidersCommand, createReparseCommand } from './commands/providers.ts';
import { createRunCommand, createRunsCommand } from './commands/runs.ts';
import { createScheduleCommand } from './commands/schedule.ts';
import { createSeriesCommand } from './commands/series.ts';
import { createReportCommand, createSignalsCommand } from './commands/signals.ts';
import { createCompletionCommand } from './completion/command.ts';
import { createDagsterCommand } from './dagster/command.ts';
import { createDoctorCommand } from './doctor/command.ts';
import { explainError } from './explain-error.ts';
import { createPruneCommand } from './prune.ts';
import { createProgram } from './terminal.ts';

const { program, terminal } = createProgram();

const COMMANDS = [
  createBackfillCommand,
  createRunCommand,
  createRunsCommand,
  createAssetsCommand,
  createPartitionsCommand,
  createLineageCommand,
  createScheduleCommand,
  createSignalsCommand,
  createReportCommand,
  createDigestCommand,
  createSeriesCommand,
  createChecksCommand,
  createProvidersCommand,
  createProbeCommand,
  createAlertsCommand,
  createEventsCommand,
  createKeysCommand,
  createAuditCommand,
  createReparseCommand,
  createDoctorCommand,
];
for (const create of COMMANDS) program.addCommand(create(terminal));
program.addCommand(createDagsterCommand(terminal.report));
program.addCommand(createPruneCommand(terminal.report));
program.addCommand(createCompletionCommand(program));

// Whoever reads the output may leave (`macro runs | head`).
process.stdout.on('error', () => process.exit());

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`error: ${explainError(error, terminal.api())}\n`);
  process.exitCode = 1;
}

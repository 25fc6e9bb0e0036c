import { Command, Option } from 'commander';
import type { Call } from '../../../shared/contract/endpoint.ts';
import type { Contract } from '../../../shared/contract/contract.ts';
import { graph } from '../../../shared/pipeline/graph.ts';
import { limitOption } from '../arguments.ts';
import { formatEvents } from '../format-events.ts';
import { print, type Terminal } from '../terminal.ts';

type Search = NonNullable<Call<Contract['searchTaskEvents']>['query']>;

/** `macro events search|watch`. */
export function createEventsCommand(terminal: Terminal): Command {
  const events = new Command('events').description('what happens, and what has happened to tasks');
  events
    .command('search')
    .description('search the history of all tasks, newest first')
    .argument('[text]', 'words of their details, such as those of an error')
    .option('--run-id <id>', 'only of this run')
    .addOption(new Option('--asset <asset>', 'only of this one').choices(graph.names))
    .option('--kind <kind>', 'only these: failed, retrying, …')
    .option('--from <moment>', 'at or after: a day, or a time with its offset')
    .option('--to <moment>', 'at or before')
    .addOption(limitOption())
    .action(async (q: string | undefined, query: Search) => {
      const answer = await terminal.open().searchTaskEvents({ query: { ...query, q } });
      terminal.report(answer, () => formatEvents(answer.data));
    });
  events
    .command('watch')
    .description('print changes of state as they happen, until Ctrl-C; one JSON object per line with --json')
    .option('--run-id <id>', 'only what concerns this run')
    .option('--backfill-id <id>', 'only what concerns this backfill')
    .action(async (wanted: { runId?: string; backfillId?: string }) => {
      for await (const event of terminal.open().watchEvents(wanted)) {
        const { at, kind, data } = event;
        print([
          terminal.isJson() ? JSON.stringify(event) : `${at}  ${kind.padEnd(24)}  ${JSON.stringify(data)}`,
        ]);
      }
    });
  return events;
}

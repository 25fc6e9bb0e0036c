import { Argument, Command, Option } from 'commander';
import type { Call } from '../../../shared/contract/endpoint.ts';
import { ROLES, type Role } from '../../../shared/contract/endpoint.ts';
import type { Contract } from '../../../shared/contract/contract.ts';
import { limitOption } from '../arguments.ts';
import { formatRecords } from '../format-records.ts';
import { addOrigin, pickOrigin, type Origin } from '../origin-options.ts';
import type { Terminal } from '../terminal.ts';

/** `macro keys create|list|revoke`. */
export function createKeysCommand(terminal: Terminal): Command {
  const keys = new Command('keys').description('keys of the API: who may do what');
  addOrigin(
    keys
      .command('create')
      .description('make a key; it is shown once')
      .argument('<name>', 'who holds it')
      .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory()),
  ).action(async (name: string, { role, ...origin }: Origin & { role: Role }) => {
    const made = await terminal.open().createKey({ body: { name, role, ...pickOrigin(origin) } });
    terminal.report(made, () => [
      made.key,
      '',
      `The key of ${made.name}, role ${made.role}. It is not shown again: only its hash is kept.`,
    ]);
  });
  keys
    .command('list')
    .description('list the keys that are good; those of API_KEYS are not among them')
    .addOption(limitOption())
    .action(async (query: { limit?: number }) => {
      const answer = await terminal.open().listKeys({ query });
      terminal.report(answer, () => formatRecords(answer));
    });
  keys
    .command('revoke')
    .description('revoke a key: its next request is refused')
    .addArgument(new Argument('<name>', 'who holds it'))
    .action(async (name: string) => {
      const revoked = await terminal.open().revokeKey({ params: { name } });
      terminal.report(revoked, () => formatRecords({ data: [revoked] }));
    });
  return keys;
}

/** `macro audit`. */
export function createAuditCommand(terminal: Terminal): Command {
  return new Command('audit')
    .description('list what was changed by whom, newest first')
    .option('--actor <name>', 'only what this one did')
    .option('--action <action>', 'only this, such as backfill_cancel')
    .option('--subject <subject>', 'only what was done to this: an id or a name')
    .option('--from <time>', 'from this moment on: 2026-11-20T00:00:00Z')
    .option('--to <time>', 'until before this moment')
    .addOption(limitOption())
    .action(async (query: NonNullable<Call<Contract['listAudit']>['query']>) => {
      const answer = await terminal.open().listAudit({ query });
      terminal.report(answer, () => formatRecords(answer));
    });
}

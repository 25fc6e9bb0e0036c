import { userInfo } from 'node:os';
import type { Command } from 'commander';

/** Who asks for a change and why, as the audit log keeps it. */
export interface Origin {
  readonly actor: string;
  readonly reason?: string;
}

/** The name under which this terminal is used; without one the API calls it unnamed. */
function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unnamed';
  }
}

/** Adds the options that say who asks for a change and why. */
export function addOrigin(command: Command): Command {
  return command
    .option('--actor <name>', 'who asks, for the audit log', readUserName())
    .option('--reason <text>', 'why, for the audit log');
}

/** The origin among the options of a command. */
export const pickOrigin = ({ actor, reason }: Origin): Origin => ({
  actor,
  ...(reason === undefined ? {} : { reason }),
});

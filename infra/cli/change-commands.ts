import { userInfo } from 'node:os';
import type { Command } from 'commander';

/** A change that someone asks for, as it is told to the API. */
export interface ChangeRequest {
  readonly actor: string;
  readonly reason?: string | undefined;
}

/** Asks the API for a change at an address and prints its answer. */
export type RequestChange = (path: string, request: ChangeRequest) => Promise<void>;

/** The name under which this terminal is used; without one the API calls it unnamed. */
function readUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unnamed';
  }
}

interface ChangeOptions {
  readonly actor: string;
  readonly reason?: string;
}

function addOrigin(command: Command): Command {
  return command
    .option('--actor <name>', 'who asks, for the audit log', readUserName())
    .option('--reason <text>', 'why, for the audit log');
}

/** Adds a command for each change of the things at `path`: `{ cancel: 'what it does' }`. */
export function addChangeCommands(
  parent: Command,
  path: string,
  descriptions: Readonly<Record<string, string>>,
  request: RequestChange,
): void {
  for (const [change, description] of Object.entries(descriptions)) {
    addOrigin(parent.command(`${change} <id>`).description(description)).action(
      (id: string, { actor, reason }: ChangeOptions) =>
        request(`${path}/${encodeURIComponent(id)}/${change}`, { actor, reason }),
    );
  }
}

/** Adds a command for each change of the one thing at `path`. */
export function addSingleChangeCommands(
  parent: Command,
  path: string,
  descriptions: Readonly<Record<string, string>>,
  request: RequestChange,
): void {
  for (const [change, description] of Object.entries(descriptions)) {
    addOrigin(parent.command(change).description(description)).action(({ actor, reason }: ChangeOptions) =>
      request(`${path}/${change}`, { actor, reason }),
    );
  }
}

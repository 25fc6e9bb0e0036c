import { CURRENT_VERSIONS } from '../pipeline/agent-versions.ts';

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The statement that tells the SQL schema `research` which model version of each agent counts. */
export function writeVersionsView(): string {
  const rows = Object.entries(CURRENT_VERSIONS).map(
    ([agent, version]) => `(${quote(agent)}::text, ${quote(version)}::text)`,
  );
  return `create or replace view research.agent_versions (agent, model_version) as values ${rows.join(', ')}`;
}

import type { CheckDescription } from '../../shared/checks/catalog.ts';

const INTRODUCTION = `# Checks

Made from \`shared/checks/catalog.ts\` by \`make docs\`. Every parsed row of every key is checked before it is stored, so before silver can see it.

- **block**: the rows that fail are held back. They stay in \`rejected_rows\` with the name of the check and the whole row; the rest
  goes in, and the outcome of the key is \`partial\`. A mandatory key that is left without an expected value fails its partition,
  with a reason that names the check and the flag \`blocked\`.
- **warn**: the failure is recorded, the rows are taken.

A check sees the rows that came, the last stored value before them, and for a reconciliation the stored numbers of the other
publication. It reads no clock. One result per task, key and check: \`GET /v1/checks\`, \`macro checks list --status failed\`.
`;

const OVERRIDES = `
## Take a row that is held back

When the value is right and the check is not:

\`\`\`
macro checks override --key USDBRL_PTAX --check range --from 2024-06-14 --to 2024-06-14 \\
  --reason "confirmed with the bulletin" --actor ops
\`\`\`

or \`POST /v1/checks/overrides\`. Who, when and why go to \`check_overrides\` and \`audit_log\` in one transaction, which also marks the
windows with those dates as not ingested. The next task of the asset parses them from the archive, without a request, and
takes the rows: \`macro run --partition <day> --assets <asset>\` does it at once, and materializes the partition again. From then on the
result of the check says \`overridden\`. A value that another check holds too needs an override of that one as well; every check names
its own failures, so both stand in the list from the start. Only checks that block can be overridden.

A held value that is taken later keeps the release time of its rule, and silver derives what follows from it again.

## Limits

- Two providers that are ingested in the same moment do not see each other’s rows: the reconciliation finds the difference with the
  next read of either.
- A bound that a key outgrew for good is changed in its registry; an override is for dates.
`;

/** The page of the checks: what each one fails on, its severity and why. */
export function writeChecksPage(checks: Readonly<Record<string, CheckDescription>>): string {
  const rows = Object.entries(checks).map(
    ([name, { severity, what, why }]) => `| \`${name}\` | ${severity} | ${what} | ${why} |`,
  );
  const table = ['| check | severity | fails on | why |', '|---|---|---|---|', ...rows].join('\n');
  return `${INTRODUCTION}\n${table}\n${OVERRIDES}`;
}

import { useWorkplace } from '../api.ts';
import { Action } from '../components/action.tsx';
import { AssetLinks } from '../components/links.tsx';
import { Answer } from '../components/notes.tsx';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { formatCount } from '../format.ts';
import type { Rule } from '../overview/freshness.tsx';
import { useQuery } from '../use-query.ts';
import { RuleForm } from './rule-form.tsx';

function Changes({ rule, onDone }: { readonly rule: Rule; readonly onDone: () => void }) {
  const { api } = useWorkplace();
  const { name, enabled } = rule;
  const toggle = () => api.changeAlertRule({ params: { name }, body: { enabled: !enabled } });
  return (
    <span class="row tight">
      <Action role="operator" run={toggle} onDone={onDone}>
        {enabled ? 'Disable' : 'Enable'}
      </Action>
      <RuleForm rule={rule} onDone={onDone} />
    </span>
  );
}

/** When alerts are raised and for what; operators change it. */
export function RuleList() {
  const { api } = useWorkplace();
  const query = useQuery(() => api.listAlertRules(), [], { changes: ['alert'] });
  return (
    <Answer query={query}>
      {({ data }) => (
        <Table
          caption="Rules"
          rows={data}
          keyOf={({ name }) => name}
          columns={[
            { label: 'Rule', show: ({ name }) => <code>{name}</code> },
            { label: 'State', show: ({ enabled }) => <State of={enabled ? 'on' : 'off'} /> },
            { label: 'Severity', show: ({ severity }) => <State of={severity} /> },
            {
              label: 'Threshold',
              isNumber: true,
              show: ({ threshold, thresholdUnit }) =>
                threshold === null ? (
                  '–'
                ) : (
                  <span class="words">
                    {formatCount(threshold)} {thresholdUnit ?? ''}
                  </span>
                ),
            },
            { label: 'Deadline', isNumber: true, show: ({ deadline }) => deadline ?? '–' },
            {
              label: 'Cool-down',
              isNumber: true,
              show: ({ cooldownMinutes }) => `${formatCount(cooldownMinutes)} min`,
            },
            { label: 'Assets', show: ({ assets }) => <AssetLinks of={assets ?? []} none="all" /> },
            {
              label: 'Changed',
              show: ({ updatedAt, updatedBy }) => (
                <>
                  <Time of={updatedAt} /> by {updatedBy}
                </>
              ),
            },
            { label: 'Change', show: (rule) => <Changes rule={rule} onDone={query.reload} /> },
          ]}
        />
      )}
    </Answer>
  );
}

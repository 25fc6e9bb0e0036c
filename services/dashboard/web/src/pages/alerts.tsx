import { AlertList } from '../alerts/alert-list.tsx';
import { DeliveryList } from '../alerts/delivery-list.tsx';
import { DigestList } from '../alerts/digest-list.tsx';
import { RuleList } from '../alerts/rule-list.tsx';
import { TestChannels } from '../alerts/test-channels.tsx';
import { Page } from '../components/page.tsx';
import { useAddress } from '../use-address.ts';

const VIEWS = {
  open: { label: 'Open', View: () => <AlertList isOpen /> },
  past: { label: 'Past', View: () => <AlertList isOpen={false} /> },
  rules: { label: 'Rules', View: RuleList },
  deliveries: { label: 'Deliveries', View: DeliveryList },
  digests: { label: 'Digests', View: DigestList },
} as const;

const isView = (name: string | undefined): name is keyof typeof VIEWS =>
  name !== undefined && Object.hasOwn(VIEWS, name);

/** What needs attention, when alerts are raised, and what was sent to whom. */
export function AlertsPage() {
  const { query, withQuery } = useAddress();
  const chosen = isView(query['view']) ? query['view'] : 'open';
  const { View } = VIEWS[chosen];
  return (
    <Page title="Alerts" actions={<TestChannels />}>
      <nav class="tabs" aria-label="Alerts">
        {Object.entries(VIEWS).map(([name, { label }]) => (
          <a
            key={name}
            href={withQuery({ view: name === 'open' ? null : name, cursor: null })}
            aria-current={name === chosen ? 'page' : undefined}
          >
            {label}
          </a>
        ))}
      </nav>
      <View key={chosen} />
    </Page>
  );
}

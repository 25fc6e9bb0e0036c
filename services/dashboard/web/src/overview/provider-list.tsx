import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listProviders } from '../../../../../shared/contract/providers.ts';
import { State } from '../components/state.tsx';
import { Table } from '../components/table.tsx';
import { Time } from '../components/time.tsx';
import { formatCount } from '../format.ts';

/** The providers in a line each. */
export const ProviderList = ({ providers }: { readonly providers: Answer<typeof listProviders>['data'] }) => (
  <Table
    caption="Providers"
    rows={providers}
    keyOf={({ provider }) => provider}
    columns={[
      { label: 'Provider', show: ({ provider }) => <a href={`/providers#${provider}`}>{provider}</a> },
      {
        label: 'State',
        show: ({ state, lastFailure }) => <State of={state} reason={lastFailure?.error ?? null} />,
      },
      { label: 'Failures, 1 h', isNumber: true, show: ({ lastHour }) => formatCount(lastHour.failures) },
      { label: 'Last success', show: ({ lastSuccessAt }) => <Time of={lastSuccessAt} /> },
    ]}
  />
);

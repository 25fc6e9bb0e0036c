import { Answer } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { ProviderCard } from '../providers/provider-card.tsx';
import { useProviders } from '../providers/use-providers.ts';

/** The health of the six providers. */
export function ProvidersPage() {
  const query = useProviders();
  return (
    <Page title="Providers">
      <Answer query={query}>
        {({ data }) => (
          <div class="grid">
            {data.map((health) => (
              <ProviderCard key={health.provider} health={health} />
            ))}
          </div>
        )}
      </Answer>
    </Page>
  );
}

import { useWorkplace } from '../api.ts';
import { Answer } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { ProviderCard } from '../providers/provider-card.tsx';
import { useQuery } from '../use-query.ts';

/** That a provider fails is an event; what it counts and what Redis holds is none. */
const EVERY_MS = 4_000;

/** The health of the six providers. */
export function ProvidersPage() {
  const { api } = useWorkplace();
  const query = useQuery(() => api.listProviders(), [], { changes: ['provider'], everyMs: EVERY_MS });
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

import { useRoute } from 'preact-iso';
import { DigestAlerts, DigestAssets, SignalChanges } from '../alerts/digest-parts.tsx';
import { useWorkplace } from '../api.ts';
import { RunLink } from '../components/links.tsx';
import { Answer } from '../components/notes.tsx';
import { Page } from '../components/page.tsx';
import { State } from '../components/state.tsx';
import { Time } from '../components/time.tsx';
import { useQuery } from '../use-query.ts';

/** The morning digest of a partition, on the screen and on paper. */
export function DigestPage() {
  const { api } = useWorkplace();
  const partition = useRoute().params['partition'] ?? '';
  const query = useQuery(() => api.getDigest({ params: { partition } }), [partition]);
  return (
    <Page
      title={`Digest of ${partition}`}
      actions={
        query.data === null ? null : (
          <button type="button" class="no-print" onClick={() => print()}>
            Print
          </button>
        )
      }
    >
      <Answer query={query}>
        {(digest) => (
          <>
            <dl class="facts">
              <dt>Built</dt>
              <dd>
                <Time of={digest.builtAt} />
              </dd>
              <dt>Run</dt>
              <dd>
                <RunLink id={digest.run?.id ?? null} />{' '}
                {digest.run === null ? 'no scheduled run' : <State of={digest.run.state} />}
              </dd>
              <dt>Compared with</dt>
              <dd>{digest.previousPartition}</dd>
            </dl>
            <SignalChanges title="Signals that flipped" changes={digest.signals.flipped} />
            <SignalChanges title="Signals that appeared" changes={digest.signals.appeared} />
            <SignalChanges title="Signals that disappeared" changes={digest.signals.disappeared} />
            <DigestAssets assets={digest.assets} />
            <DigestAlerts alerts={digest.alerts} />
          </>
        )}
      </Answer>
    </Page>
  );
}

import type { Answer } from '../../../../../shared/contract/endpoint.ts';
import type { listProviders } from '../../../../../shared/contract/providers.ts';
import { HOUR, SECOND } from '../../../../../shared/time.ts';
import { AssetLink } from '../components/links.tsx';
import { State } from '../components/state.tsx';
import { Time } from '../components/time.tsx';
import { countOf, formatCount, formatDecimals, formatPercent } from '../format.ts';

type Health = Answer<typeof listProviders>['data'][number];
type Stats = Health['lastHour'];

const describeStats = ({ requests, failures, throttled }: Stats): string =>
  requests === 0
    ? 'no request'
    : `${countOf(requests, 'request')}, ${countOf(failures, 'failure')}, ${formatCount(throttled)} throttled`;

const describeLatency = ({ p50Ms, p95Ms }: Stats): string =>
  p50Ms === null || p95Ms === null
    ? '–'
    : `median ${formatCount(p50Ms)} ms, 95% within ${formatCount(p95Ms)} ms`;

function Budget({ health: { budgets, isLimited, lastHour } }: { readonly health: Health }) {
  if (budgets === null) return <>unknown: Redis does not answer</>;
  const hourly = budgets.reduce((sum, { configuredRate }) => sum + configuredRate, 0) * (HOUR / SECOND);
  return (
    <>
      {isLimited
        ? `${formatPercent(lastHour.requests / hourly)} of ${formatCount(hourly)} requests an hour`
        : 'not limited: recorded data'}
      {budgets.map(({ host, currentRate, configuredRate, pausedUntil }) => (
        <div key={host} class="quiet">
          {host}: {formatDecimals(currentRate, 2)} of {formatDecimals(configuredRate, 2)} requests/s
          {pausedUntil === null ? null : (
            <>
              , <State of="paused" /> until <Time of={pausedUntil} />
            </>
          )}
        </div>
      ))}
    </>
  );
}

function Circuits({ circuits }: Pick<Health, 'circuits'>) {
  if (circuits === null) return <>unknown: Redis does not answer</>;
  return (
    <>
      {circuits.map(({ name, state, openUntil, cause, failuresInARow }) => (
        <div key={name}>
          {circuits.length > 1 ? `${name}: ` : null}
          <State of={state} reason={cause} />
          {openUntil === null ? null : (
            <>
              {' '}
              until <Time of={openUntil} />
            </>
          )}
          {failuresInARow === 0 ? null : `, ${countOf(failuresInARow, 'failure')} in a row`}
        </div>
      ))}
    </>
  );
}

const LastFailure = ({ failure }: { readonly failure: Health['lastFailure'] }) =>
  failure === null ? (
    <span class="quiet">none kept</span>
  ) : (
    <>
      <Time of={failure.at} />
      <div class="prose">
        {failure.key === null ? failure.host : `${failure.key} (${failure.host})`}:{' '}
        {[failure.status === null ? null : `HTTP ${failure.status}`, failure.error]
          .filter((part) => part !== null)
          .join(', ') || 'no answer'}
      </div>
    </>
  );

const FailingKeys = ({ keys }: { readonly keys: Health['failingKeys'] }) =>
  keys.length === 0 ? (
    <span class="quiet">none</span>
  ) : (
    <ul class="keys">
      {keys.map(({ key, outcome, error, since }) => (
        <li key={key}>
          <code>{key}</code> <State of={outcome} /> since <Time of={since} />
          {error === null ? null : <div class="prose">{error}</div>}
        </li>
      ))}
    </ul>
  );

/** How one provider is: its state, circuit, budget, last answers and failing keys. */
export const ProviderCard = ({ health }: { readonly health: Health }) => (
  <section class="panel" id={health.provider} aria-labelledby={`${health.provider}-name`}>
    <h2 class="row" id={`${health.provider}-name`}>
      {health.provider} <State of={health.state} />
    </h2>
    <dl class="facts narrow">
      <dt>Asset</dt>
      <dd>
        <AssetLink of={health.asset} />
      </dd>
      <dt>Circuit</dt>
      <dd>
        <Circuits circuits={health.circuits} />
      </dd>
      <dt>Budget</dt>
      <dd>
        <Budget health={health} />
      </dd>
      <dt>Last hour</dt>
      <dd>{describeStats(health.lastHour)}</dd>
      <dt>Last day</dt>
      <dd>{describeStats(health.lastDay)}</dd>
      <dt>Latency, 1 h</dt>
      <dd>{describeLatency(health.lastHour)}</dd>
      <dt>Last success</dt>
      <dd>
        <Time of={health.lastSuccessAt} />
      </dd>
      <dt>Last failure</dt>
      <dd>
        <LastFailure failure={health.lastFailure} />
      </dd>
      <dt>Failing keys</dt>
      <dd>
        <FailingKeys keys={health.failingKeys} />
      </dd>
    </dl>
  </section>
);

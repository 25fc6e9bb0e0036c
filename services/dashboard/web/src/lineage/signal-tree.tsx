import { State } from '../components/state.tsx';
import { Time } from '../components/time.tsx';
import { formatQuantity } from '../quantity.ts';
import { describeSignal } from '../signals/signal-words.ts';
import type { Lineage } from './materialization.tsx';
import { formatCount } from '../format.ts';

type Signal = NonNullable<Lineage['signals']>[number];
type Input = Signal['inputs'][number];
type Silver = Input['silver']['items'][number];
type Bronze = Input['observations']['items'][number];
/** Finds the SHA-256 of the body of a payload. */
export type HashOf = (payloadId: number) => string | undefined;

/** Says how many are left out of an excerpt. */
const Rest = ({ total, shown }: { readonly total: number; readonly shown: number }) =>
  total > shown ? <li class="quiet">… and {formatCount(total - shown)} more</li> : null;

const SilverNode = ({ value }: { readonly value: Silver }) => (
  <li>
    {value.table}: {value.key} {value.part}, {value.period} = {value.value ?? 'no value'}
    <span class="quiet">
      , known from <Time of={value.knownAt} />, of {value.inputs}
    </span>
  </li>
);

function PayloadReference({ id, hashOf }: { readonly id: number | null; readonly hashOf: HashOf }) {
  if (id === null) return <span class="quiet">set without an answer of a provider</span>;
  const hash = hashOf(id);
  return (
    <>
      payload <a href={`#payload-${id}`}>{id}</a>{' '}
      <span class="hash">
        {hash === undefined ? 'not among those listed' : `sha256 ${hash.slice(0, 16)}…`}
      </span>
    </>
  );
}

const BronzeNode = ({ value, hashOf }: { readonly value: Bronze; readonly hashOf: HashOf }) => (
  <li>
    {value.table}: {value.key} {value.part ?? ''} {value.date} = {value.value ?? 'withdrawn'}, revision{' '}
    {value.revision}, released <Time of={value.releaseTime} /> ({value.releaseTimeBasis.replaceAll('_', ' ')}
    ): <PayloadReference id={value.payloadId} hashOf={hashOf} />
  </li>
);

const InputNode = ({ input, hashOf }: { readonly input: Input; readonly hashOf: HashOf }) => (
  <li>
    <details>
      <summary>
        <strong>{input.key}</strong>
        {input.lastPeriod === null ? '' : `, up to ${input.lastPeriod}`}
        {input.proxy === undefined ? '' : `, stands for ${input.proxy}`}
        <span class="quiet">
          : {input.silver.total} silver and {input.observations.total} stored values
        </span>
      </summary>
      <ul>
        {input.silver.items.map((value) => (
          <SilverNode key={`${value.table} ${value.key} ${value.part} ${value.period}`} value={value} />
        ))}
        <Rest total={input.silver.total} shown={input.silver.items.length} />
        {input.observations.items.map((value) => (
          <BronzeNode
            key={`${value.table} ${value.key} ${value.part} ${value.date}`}
            value={value}
            hashOf={hashOf}
          />
        ))}
        <Rest total={input.observations.total} shown={input.observations.items.length} />
        {input.silver.total + input.observations.total > 0 ? null : (
          <li class="quiet">
            No stored value: an output of another agent, or a series without observations.
          </li>
        )}
      </ul>
    </details>
  </li>
);

/** A signal and, below it, what it was made of: silver, stored values, answers of providers. */
export const SignalTree = ({ signal, hashOf }: { readonly signal: Signal; readonly hashOf: HashOf }) => (
  <section>
    <h2>{signal.signalId}</h2>
    <p>
      {describeSignal(signal)}, {formatQuantity(signal.value, signal.unit)} <State of={signal.status} />{' '}
      {signal.reason ?? ''}
    </p>
    {signal.inputs.length === 0 ? (
      <p class="quiet">
        It has no inputs of its own: it was made of the other signals on this page, or its model did not run.
      </p>
    ) : (
      <ul class="lineage-tree">
        {signal.inputs.map((input, place) => (
          <InputNode key={`${place} ${input.key}`} input={input} hashOf={hashOf} />
        ))}
      </ul>
    )}
  </section>
);

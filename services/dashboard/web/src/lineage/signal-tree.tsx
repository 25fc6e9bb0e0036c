import { State } from '../components/state.tsx';
import { Time } from '../components/time.tsx';
import { formatQuantity } from '../quantity.ts';
import { OutputTable } from '../signals/output-table.tsx';
import { listOutput } from '../signals/outputs.ts';
import { describeSignal, shortenAgent } from '../signals/signal-words.ts';
import { upstreamAddress, type ReportPlace } from './address.ts';
import type { Lineage } from './materialization.tsx';
import { formatCount } from '../format.ts';

type Signal = NonNullable<Lineage['signals']>[number];
type Output = NonNullable<Lineage['outputs']>[number];
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

/** What another model made for the same partition leads to the lineage of that. */
const UpstreamNode = ({ input, address }: { readonly input: Input; readonly address: string }) => (
  <li>
    <a href={address}>{input.key}</a>
    <span class="quiet">
      :{' '}
      {input.from?.kind === 'report'
        ? 'the report'
        : `${input.from?.kind} of ${shortenAgent(input.from?.agent ?? '')}`}
      {input.lastPeriod === null ? '' : `, up to ${input.lastPeriod}`}
      {input.proxy === undefined ? '' : `, stands for ${input.proxy}`}
    </span>
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
          <li class="quiet">No stored value: a series without observations.</li>
        )}
      </ul>
    </details>
  </li>
);

interface TreeProps {
  /** The report that it stands in. */
  readonly report: ReportPlace;
  readonly hashOf: HashOf;
}

function InputTree({ inputs, report, hashOf }: TreeProps & { readonly inputs: readonly Input[] }) {
  if (inputs.length === 0)
    return (
      <p class="quiet">
        No inputs are recorded: the model did not run, or the report is older than the record of its inputs.
      </p>
    );
  return (
    <ul class="lineage-tree">
      {inputs.map((input, place) => {
        const key = `${place} ${input.key}`;
        const address = upstreamAddress(input, report);
        if (address !== null) return <UpstreamNode key={key} input={input} address={address} />;
        return <InputNode key={key} input={input} hashOf={hashOf} />;
      })}
    </ul>
  );
}

/** A signal and, below it, what it was made of: silver, stored values, answers of providers. */
export const SignalTree = ({ signal, ...tree }: TreeProps & { readonly signal: Signal }) => (
  <section>
    <h2>{signal.signalId}</h2>
    <p>
      {describeSignal(signal)}, {formatQuantity(signal.value, signal.unit)} <State of={signal.status} />{' '}
      {signal.reason ?? ''}
    </p>
    <InputTree inputs={signal.inputs} {...tree} />
  </section>
);

/** An output of a report and, below it, what it was made of. */
export function OutputTree({ output, ...tree }: TreeProps & { readonly output: Output }) {
  const rows = listOutput(output.path, output.value, output);
  return (
    <section>
      {rows.length > 1 ? (
        <OutputTable caption={output.path} rows={rows} />
      ) : (
        <>
          <h2>{output.path}</h2>
          <p>{rows[0]?.value}</p>
        </>
      )}
      <InputTree inputs={output.inputs} {...tree} />
    </section>
  );
}

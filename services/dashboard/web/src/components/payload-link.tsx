import { addressOf } from '../../../../../shared/client/address.ts';
import { downloadPayload } from '../../../../../shared/contract/lineage.ts';
import { useId, useRef, useState } from 'preact/hooks';
import { useWorkplace } from '../api.ts';
import { formatCount } from '../format.ts';
import { useQuery } from '../use-query.ts';
import { Answer } from './notes.tsx';
import { Time } from './time.tsx';

/** Saves the body of an archived answer. */
export const BodyLink = ({ id }: { readonly id: number }) => (
  <a
    href={addressOf(downloadPayload, { params: { id: String(id) } })}
    download
    aria-label={`Download the body of payload ${id}`}
  >
    Download
  </a>
);

function PayloadFacts({ id }: { readonly id: number }) {
  const { api } = useWorkplace();
  const query = useQuery(() => api.getPayload({ params: { id: String(id) } }), [id]);
  return (
    <Answer query={query}>
      {(payload) => (
        <dl class="facts narrow">
          <dt>Provider</dt>
          <dd>
            {payload.provider}, {payload.key}
          </dd>
          <dt>Window</dt>
          <dd class="prose">
            {payload.windowId} {payload.part}
          </dd>
          <dt>Address</dt>
          <dd class="prose">{payload.url}</dd>
          <dt>Answer</dt>
          <dd>
            {payload.status}, {payload.contentType}, {formatCount(payload.bytes)} bytes
            {payload.isKept ? '' : ' (body pruned)'}
          </dd>
          {payload.isKept ? (
            <>
              <dt>Body</dt>
              <dd>
                <BodyLink id={id} />
              </dd>
            </>
          ) : null}
          <dt>Fetched</dt>
          <dd>
            <Time of={payload.fetchedAt} />
          </dd>
          <dt>SHA-256</dt>
          <dd class="prose">
            <code>{payload.sha256}</code>
          </dd>
        </dl>
      )}
    </Answer>
  );
}

/** Shows an archived answer of a provider in a dialog. */
export function PayloadLink({ id }: { readonly id: number }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        class="link"
        aria-label={`Payload ${id}`}
        onClick={() => {
          setOpen(true);
          dialog.current?.showModal();
        }}
      >
        {id}
      </button>
      <dialog ref={dialog} aria-labelledby={heading} onClose={() => setOpen(false)}>
        <h2 id={heading}>Payload {id}</h2>
        {isOpen ? <PayloadFacts id={id} /> : null}
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </dialog>
    </>
  );
}

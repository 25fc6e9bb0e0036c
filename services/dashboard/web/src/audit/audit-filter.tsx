import { textOf } from '../components/form-dialog.tsx';
import { useAddress } from '../use-address.ts';

const FIELDS = ['actor', 'action', 'subject'] as const;

/** Narrows the log; the address holds what was chosen. */
export function AuditFilter() {
  const { query, change, withQuery } = useAddress();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    change({ ...Object.fromEntries(FIELDS.map((name) => [name, textOf(form, name)])), cursor: null });
  };
  const isNarrowed = FIELDS.some((name) => query[name] !== undefined);
  return (
    <form class="row filters" onSubmit={submit}>
      {FIELDS.map((name) => (
        <label key={name}>
          {name[0]?.toUpperCase()}
          {name.slice(1)}{' '}
          <input key={query[name]} name={name} maxLength={300} defaultValue={query[name] ?? ''} />
        </label>
      ))}
      <button type="submit">Show</button>
      {isNarrowed ? (
        <a href={withQuery({ actor: null, action: null, subject: null, cursor: null })}>Show all</a>
      ) : null}
    </form>
  );
}

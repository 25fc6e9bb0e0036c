import { isDay } from '../../../../../shared/time.ts';
import { useAddress } from '../use-address.ts';

/** A date that the address of the page holds under `name`; empty leaves it out. */
export function DayField({ name, label }: { readonly name: string; readonly label: string }) {
  const { query, change } = useAddress();
  const choose = (text: string): void => {
    if (text === '' || isDay(text)) change({ [name]: text });
  };
  return (
    <label>
      {label}{' '}
      <input type="date" value={query[name] ?? ''} onChange={(event) => choose(event.currentTarget.value)} />
    </label>
  );
}

import { useAddress } from '../use-address.ts';
import { DayInput } from './day-input.tsx';

/** A date that the address of the page holds under `name`; empty leaves it out. */
export function DayField({ name, label }: { readonly name: string; readonly label: string }) {
  const { query, change } = useAddress();
  return <DayInput label={label} value={query[name] ?? ''} onChoose={(day) => change({ [name]: day })} />;
}

import { useAddress } from '../use-address.ts';

/** One of some values, which the address of the page holds under `name`; the first one is that of an address without it. */
export function Choice({
  name,
  label,
  options,
}: {
  readonly name: string;
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}) {
  const { query, change } = useAddress();
  const standard = options[0]?.value ?? '';
  const choose = (value: string): void => change({ [name]: value === standard ? null : value });
  return (
    <label>
      {label}{' '}
      <select value={query[name] ?? standard} onChange={(event) => choose(event.currentTarget.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

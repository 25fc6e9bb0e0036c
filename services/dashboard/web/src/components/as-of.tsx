import { useMemo } from 'preact/hooks';
import { addDays, daysBetween } from '../../../../../shared/time.ts';
import { useAddress } from '../use-address.ts';
import { DayField } from './day-field.tsx';
import { DaySlider } from './day-slider.tsx';

/** From the first day on which something was known to the last on which it changed: what was known on a day, `asOf` of the address. */
export function AsOf({ first, last }: { readonly first: string; readonly last: string }) {
  const { query, withQuery, change } = useAddress();
  const days = useMemo(
    () => Array.from({ length: daysBetween(first, last) + 1 }, (_, day) => addDays(first, day)),
    [first, last],
  );
  return (
    <div class="row">
      <DaySlider
        label="As known on"
        days={days}
        value={query['asOf'] ?? last}
        onChoose={(day) => change({ asOf: day === last ? null : day })}
      />
      <DayField name="asOf" label="or on the day" />
      {query['asOf'] === undefined ? (
        <span class="quiet">everything known now</span>
      ) : (
        <a href={withQuery({ asOf: null })}>Everything known now</a>
      )}
    </div>
  );
}

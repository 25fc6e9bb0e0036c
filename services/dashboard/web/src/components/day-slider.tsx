import { useEffect, useState } from 'preact/hooks';

/**
 * One of some days, ascending. The day under the thumb is told while it moves, and chosen when it is let go.
 */
export function DaySlider({
  label,
  days,
  value,
  onChoose,
}: {
  readonly label: string;
  readonly days: readonly string[];
  readonly value: string;
  readonly onChoose: (day: string) => void;
}) {
  const [shown, setShown] = useState(value);
  useEffect(() => setShown(value), [value]);
  const after = days.findIndex((day) => day > shown);
  const place = (after === -1 ? days.length : after) - 1;
  const dayAt = (text: string): string => days[Number(text)] ?? value;
  return (
    <label class="slider">
      <span>
        {label} <output>{shown}</output>
      </span>
      <input
        type="range"
        min={0}
        max={Math.max(days.length - 1, 0)}
        step={1}
        value={Math.max(place, 0)}
        aria-valuetext={shown}
        onInput={(event) => setShown(dayAt(event.currentTarget.value))}
        onChange={(event) => onChoose(dayAt(event.currentTarget.value))}
      />
    </label>
  );
}

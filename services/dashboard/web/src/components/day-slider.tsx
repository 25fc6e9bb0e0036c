import { useEffect, useId, useState } from 'preact/hooks';

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
  const id = useId();
  const [shown, setShown] = useState(value);
  useEffect(() => setShown(value), [value]);
  const after = days.findIndex((day) => day > shown);
  const place = (after === -1 ? days.length : after) - 1;
  const dayAt = (text: string): string => days[Number(text)] ?? value;
  return (
    <div class="slider">
      <span>
        <label for={id}>{label}</label> <output for={id}>{shown}</output>
      </span>
      <input
        id={id}
        type="range"
        min={0}
        max={Math.max(days.length - 1, 0)}
        step={1}
        value={Math.max(place, 0)}
        aria-valuetext={shown}
        onInput={(event) => setShown(dayAt(event.currentTarget.value))}
        onChange={(event) => onChoose(dayAt(event.currentTarget.value))}
      />
    </div>
  );
}

import { useId, useLayoutEffect, useState } from 'preact/hooks';
import {
  dayInZone,
  isDay,
  nextWeekday,
  previousWeekday,
  SAO_PAULO,
  type Day,
} from '../../../../../shared/time.ts';

/** A day as it was typed: with or without hyphens. */
const readDay = (text: string): string => text.trim().replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');

/** What is wrong with a text as a day; empty when nothing is. */
function judgeDay(
  text: string,
  { min, max }: { readonly min?: Day | undefined; readonly max?: Day | undefined },
): string {
  if (text === '') return '';
  if (!isDay(text)) return `${text} is no date (YYYY-MM-DD)`;
  if (min !== undefined && text < min) return `${text} is before ${min}`;
  if (max !== undefined && text > max) return `${text} is after ${max}`;
  return '';
}

/** The day that an arrow key leads to: the weekday after (up) or before; from nothing to today or before. */
function stepFrom(text: string, key: string, max: Day | undefined): Day {
  if (!isDay(text)) return max ?? dayInZone(Date.now(), SAO_PAULO);
  return key === 'ArrowUp' ? nextWeekday(text) : previousWeekday(text);
}

/**
 * A field for a day, written `2022-06-24` whatever the language of the browser is. The arrow keys up and down go from weekday to
 * weekday. A text that is no day, or out of range, is told below, keeps a form from being sent and is never chosen.
 */
export function DayInput({
  label,
  value,
  onChoose,
  name,
  isRequired = false,
  min,
  max,
}: {
  readonly label: string;
  readonly value: string;
  /** Called with each whole day that is typed or reached, and with the empty text. */
  readonly onChoose?: (day: string) => void;
  /** In a form. */
  readonly name?: string;
  readonly isRequired?: boolean;
  readonly min?: Day | undefined;
  readonly max?: Day | undefined;
}) {
  const id = useId();
  const [text, setText] = useState(value);
  const [isLeft, setLeft] = useState(false);
  // Before it is painted: two fields that one choice fills change together.
  useLayoutEffect(() => setText(value), [value]);
  const range = { min, max };
  const fault = judgeDay(text, range);
  const isShown = isLeft && fault !== '';
  const choose = (day: string): void => {
    if (day !== value && judgeDay(day, range) === '') onChoose?.(day);
  };
  const type = (typed: string): void => {
    const day = readDay(typed);
    setText(day);
    setLeft(false);
    choose(day);
  };
  const isArrow = ({ key }: KeyboardEvent): boolean => key === 'ArrowUp' || key === 'ArrowDown';
  return (
    <div class="day">
      <label for={id}>{label}</label>{' '}
      <input
        ref={(field) => field?.setCustomValidity(fault)}
        id={id}
        name={name}
        class="day"
        value={text}
        placeholder="YYYY-MM-DD"
        inputMode="numeric"
        autocomplete="off"
        required={isRequired}
        aria-invalid={isShown}
        aria-describedby={isShown ? `${id}-fault` : undefined}
        onInput={(event) => type(event.currentTarget.value)}
        onChange={() => setLeft(true)}
        onKeyDown={(event) => {
          if (!isArrow(event)) return;
          event.preventDefault();
          const day = stepFrom(text, event.key, max);
          if (judgeDay(day, range) === '') setText(day);
        }}
        // Not while the key is held down: the pages ask for each day that is chosen.
        onKeyUp={(event) => (isArrow(event) ? choose(text) : undefined)}
      />
      {isShown ? (
        <span id={`${id}-fault`} class="fault" role="alert">
          {fault}
        </span>
      ) : null}
    </div>
  );
}

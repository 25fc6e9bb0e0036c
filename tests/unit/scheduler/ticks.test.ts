import { describe, expect, it } from 'vitest';
import { judgeTicks } from '../../../services/scheduler/ticks.ts';
import { DAY_MS, MINUTE } from '../../../shared/time.ts';

const NOW = Date.parse('2022-07-01T09:00:00Z');
const daysAgo = (...days: number[]): number[] => days.map((count) => NOW - count * DAY_MS);
const judge = (due: number[], catchUp: 'none' | 'last' | 'all'): string[] =>
  judgeTicks(due, NOW, catchUp).map(({ outcome }) => outcome);

describe('a tick that is due', () => {
  it('has started up to five minutes after it was due, and is late from then on', () => {
    expect(judge([NOW - 5 * MINUTE], 'all')).toEqual(['started']);
    expect(judge([NOW - 5 * MINUTE - 1], 'all')).toEqual(['late']);
  });

  it.each([
    ['none', ['missed', 'missed', 'missed']],
    ['last', ['missed', 'missed', 'caught_up']],
    ['all', ['caught_up', 'caught_up', 'caught_up']],
  ] as const)('of a time without a scheduler: %s', (catchUp, outcomes) => {
    expect(judge(daysAgo(3, 2, 1), catchUp)).toEqual(outcomes);
  });

  it('starts on time whatever is done about those before it', () => {
    expect(judge(daysAgo(2, 1, 0), 'none')).toEqual(['missed', 'missed', 'started']);
    expect(judge(daysAgo(2, 1, 0), 'last')).toEqual(['missed', 'missed', 'started']);
  });

  it('is missed when more than thirty newer ones wait', () => {
    const outcomes = judge(daysAgo(...Array.from({ length: 32 }, (_, index) => 32 - index)), 'all');
    expect(outcomes.slice(0, 3)).toEqual(['missed', 'missed', 'caught_up']);
    expect(outcomes.filter((outcome) => outcome === 'caught_up')).toHaveLength(30);
  });
});

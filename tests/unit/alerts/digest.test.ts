import { describe, expect, it } from 'vitest';
import { deadlineOf, duePartition } from '../../../services/scheduler/alerts/due-partition.ts';
import { compareSignals } from '../../../services/scheduler/digest/compare-signals.ts';
import { listDigestLines } from '../../../services/scheduler/digest/digest-lines.ts';
import type { SignalDirection, SignalStatus } from '../../../shared/numeric/composite.ts';
import { toIso } from '../../../shared/time.ts';

const signal = (signalId: string, direction: SignalDirection, status: SignalStatus = 'OK') => ({
  signalId,
  agent: 'agent_inflation' as const,
  direction,
  strength: 'STRONG' as const,
  confidence: 0.82,
  status,
  reason: status === 'OK' ? null : 'fred CPIAUCSL is missing',
});

describe('the signals of two partitions', () => {
  it('flip, appear and disappear by their direction; a model that did not run has none', () => {
    const before = [signal('A', 'LONG'), signal('B', 'LONG'), signal('C', 'NEUTRAL', 'STALE_DATA')];
    const after = [signal('A', 'SHORT'), signal('B', 'NEUTRAL', 'MODEL_ERROR'), signal('C', 'SHORT')];
    const changes = compareSignals([...before, signal('D', 'LONG')], [...after, signal('E', 'LONG')]);
    const names = (list: readonly { signalId: string }[]) => list.map(({ signalId }) => signalId);
    expect(changes.flipped).toMatchObject([
      { signalId: 'A', before: 'LONG', after: 'SHORT', confidence: 0.82 },
    ]);
    expect(names(changes.appeared)).toEqual(['C', 'E']);
    expect(changes.disappeared).toMatchObject([
      { signalId: 'B', after: null, confidence: null, reason: 'fred CPIAUCSL is missing' },
      { signalId: 'D', after: null, reason: 'agent_inflation has not said it' },
    ]);
  });

  it('are no change when they are the same, and one when a value fell below its threshold', () => {
    const same = [signal('A', 'LONG')];
    expect(compareSignals(same, same)).toEqual({ flipped: [], appeared: [], disappeared: [] });
    const { flipped } = compareSignals(same, [signal('A', 'NEUTRAL', 'BELOW_THRESHOLD')]);
    expect(flipped).toMatchObject([{ before: 'LONG', after: 'NEUTRAL' }]);
  });
});

describe('a digest in words', () => {
  it('says what flipped, what is missing and why, and what is open', () => {
    const base = { stale: false, blocked: false, degraded: false, newestPartition: '2022-06-29' };
    const lines = listDigestLines({
      partition: '2022-06-30',
      previousPartition: '2022-06-29',
      builtAt: '2022-07-01T11:30:00.000Z',
      run: { id: '00000000-0000-4000-8000-000000000000', state: 'partially_failed' },
      signals: compareSignals([signal('A', 'LONG')], [signal('A', 'SHORT')]),
      assets: [
        { ...base, asset: 'bronze_fred', state: 'failed', reason: 'HTTP 403' },
        { ...base, asset: 'bronze_yahoo', state: 'fresh', reason: null, stale: true },
        { ...base, asset: 'bronze_bcb_sgs', state: 'fresh', reason: null },
      ],
      alerts: [
        {
          id: 1,
          rule: 'failed_run',
          subject: 'run 1',
          severity: 'critical',
          message: 'A run failed',
          raisedAt: '2022-07-01T09:30:00.000Z',
        },
      ],
      links: {},
    });
    expect(lines).toEqual([
      '2 of 3 assets are ready for 2022-06-30; run: partially_failed.',
      'Signals that flipped since 2022-06-29 (1)',
      '• agent_inflation A: LONG → SHORT, STRONG 82 %',
      'Missing, failed, stale or degraded (2)',
      '• bronze_fred failed: HTTP 403 (newest: 2022-06-29)',
      '• bronze_yahoo fresh, stale (newest: 2022-06-29)',
      'Open alerts (1)',
      '• critical failed_run run 1: A run failed',
    ]);
  });
});

describe('the partition that is due', () => {
  const zone = 'America/Sao_Paulo';
  const dueAt = (moment: string) => duePartition(Date.parse(moment), '08:30', zone);

  it('is the weekday before today from its time of day on, on the wall clock of the schedule', () => {
    expect(toIso(deadlineOf('2022-06-30', '08:30', zone))).toBe('2022-07-01T11:30:00.000Z');
    expect(dueAt('2022-07-01T11:29:59.999Z')).toBe('2022-06-29');
    expect(dueAt('2022-07-01T11:30:00Z')).toBe('2022-06-30');
  });

  it('is the Friday from Monday on, and at the weekend still the Thursday', () => {
    expect(dueAt('2022-07-02T15:00:00Z')).toBe('2022-06-30');
    expect(dueAt('2022-07-04T11:00:00Z')).toBe('2022-06-30');
    expect(dueAt('2022-07-04T11:30:00Z')).toBe('2022-07-01');
  });
});

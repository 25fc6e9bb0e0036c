import {
  capConfidence,
  type SignalDirection,
  type SignalStatus,
  type SignalStrength,
} from '../../../shared/numeric/composite.ts';
import type { SignalInput } from '../../../shared/contract/signals.ts';
import { describeFailure } from '../../../shared/errors.ts';
import { toIso, type Instant } from '../../../shared/time.ts';
import type { AgentName } from '../../../shared/pipeline/graph.ts';
import type { SignalSpec } from './agent.ts';

export type { SignalInput };

interface DraftDetail {
  readonly inputs?: readonly SignalInput[];
  /** Substitutes used, in words: `DI_PRE for DI_IPCA`. */
  readonly proxies?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Up to three names of metadata that the narrative shows. */
  readonly highlights?: readonly string[];
}

/** A model that ran. `confidence` 0–1 before caps; value in the unit of the signal. */
export interface RunDraft extends DraftDetail {
  readonly status: 'OK' | 'BELOW_THRESHOLD';
  readonly direction: SignalDirection;
  readonly confidence: number;
  readonly value: number | null;
  readonly reason?: string | null;
  /** Ceilings on the confidence. */
  readonly caps?: readonly number[];
}

/** A model that did not run, and why. */
export interface IdleDraft extends DraftDetail {
  readonly status: 'INSUFFICIENT_DATA' | 'STALE_DATA' | 'MODEL_ERROR';
  readonly reason: string;
  readonly value?: null;
}

/** What a model returns for one signal. */
export type SignalDraft = RunDraft | IdleDraft;

/** A finished signal. */
export interface Signal extends SignalSpec {
  readonly direction: SignalDirection;
  readonly strength: SignalStrength;
  readonly confidence: number;
  readonly value: number | null;
  readonly status: SignalStatus;
  readonly reason: string | null;
  readonly inputs: readonly SignalInput[];
  readonly proxies: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly highlights: readonly string[];
}

/** Thrown by a model whose inputs are present and make no sense (growth of −100 % …); its message is the whole reason. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

/** A draft for a model whose inputs are missing: `reason` names provider and code. */
export function lackData(reason: string, detail: DraftDetail = {}): IdleDraft {
  return { ...detail, status: 'INSUFFICIENT_DATA', reason };
}

/** A draft for a model whose inputs are too old. */
export function lackFreshData(reason: string, detail: DraftDetail = {}): IdleDraft {
  return { ...detail, status: 'STALE_DATA', reason };
}

/** A draft for a value that is too small to mean anything: NEUTRAL, kept with its value. */
export function stayBelowThreshold(value: number, reason: string, detail: DraftDetail = {}): RunDraft {
  return { ...detail, status: 'BELOW_THRESHOLD', direction: 'NEUTRAL', confidence: 0, value, reason };
}

/** Whether a model ran, so that its draft has a direction. */
export function hasRun(draft: SignalDraft): draft is RunDraft {
  return draft.status === 'OK' || draft.status === 'BELOW_THRESHOLD';
}

/** Thrown when an agent looks at something that it does not list in its reads: a mistake of the program, never retried. */
export class UndeclaredReadError extends Error {
  override readonly name = 'UndeclaredReadError';
}

/**
 * Runs one model. Whatever it throws becomes its MODEL_ERROR draft with the message as reason, so that the other signals
 * of the partition are kept.
 *
 * @throws UndeclaredReadError of the model: no model of the agent can be trusted
 */
export function attemptModel(model: () => SignalDraft): SignalDraft {
  try {
    return model();
  } catch (error) {
    if (error instanceof UndeclaredReadError) throw error;
    if (error instanceof ModelError) return { status: 'MODEL_ERROR', reason: error.message };
    const { name, message } = describeFailure(error, false);
    return { status: 'MODEL_ERROR', reason: `${name}: ${message}` };
  }
}

/** Describes an input by its last point: `lastPeriod` is a period or a date. */
export function describeInput(
  key: string,
  last: { readonly period?: string; readonly date?: string; readonly knownAt: Instant } | undefined,
  proxy?: string,
): SignalInput {
  return {
    key,
    lastPeriod: last?.period ?? last?.date ?? null,
    releaseTime: last === undefined ? null : toIso(last.knownAt),
    ...(proxy === undefined ? {} : { proxy }),
  };
}

/** Describes what another model gave for the same partition: a signal, an output (with the period that it is about) or its report. */
export const describeUpstream = (
  kind: NonNullable<SignalInput['from']>['kind'],
  agent: AgentName,
  key: string,
  lastPeriod: string | null = null,
): SignalInput => ({ key, lastPeriod, releaseTime: null, from: { agent, kind } });

/**
 * Finishes a draft: caps the confidence, derives the strength from what is left and keeps the direction. A model that
 * did not run is NEUTRAL with confidence 0 and no value. A number that is not finite becomes MODEL_ERROR.
 */
export function finishSignal(spec: SignalSpec, draft: SignalDraft): Signal {
  const detail = {
    ...spec,
    inputs: draft.inputs ?? [],
    proxies: draft.proxies ?? [],
    metadata: draft.metadata ?? {},
    highlights: draft.highlights ?? [],
  };
  const idle = { direction: 'NEUTRAL', strength: 'NO_SIGNAL', confidence: 0, value: null } as const;
  if (!hasRun(draft)) {
    return { ...detail, ...idle, status: draft.status, reason: draft.reason };
  }
  const numbers = [draft.confidence, draft.value ?? 0];
  if (!numbers.every(Number.isFinite)) {
    return { ...detail, ...idle, status: 'MODEL_ERROR', reason: `not finite: ${numbers.join(', ')}` };
  }
  return {
    ...detail,
    ...capConfidence(draft.confidence, draft.caps ?? []),
    direction: draft.direction,
    value: draft.value,
    status: draft.status,
    reason: draft.reason ?? null,
  };
}

import { estimateRegime, type RegimeModel } from '../../../shared/numeric/regime.ts';

/** Fits that take so long that they run in a worker thread: pure functions of what can be sent to one. */
export const FITS = {
  regime: ({ rows, model }: { readonly rows: readonly (readonly number[])[]; readonly model: RegimeModel }) =>
    estimateRegime(rows, model),
} as const;

export type FitName = keyof typeof FITS;

/** A fit that an assessment will ask `memo` of its view for, under this id and signature. */
export interface HeavyFit<Name extends FitName = FitName> {
  readonly id: string;
  readonly signature: string;
  readonly fit: Name;
  readonly input: Parameters<(typeof FITS)[Name]>[0];
}

/** Runs a fit in this thread. */
export function runFit<Name extends FitName>({
  fit,
  input,
}: HeavyFit<Name>): ReturnType<(typeof FITS)[Name]> {
  return FITS[fit](input) as ReturnType<(typeof FITS)[Name]>;
}

/** What a silver row was made from: periods or dates of one key, and the highest bronze revision among their values. */
export interface UsedInput {
  readonly key: string;
  /** Period or date labels, oldest and newest. */
  readonly first: string;
  readonly last: string;
  readonly revision: number;
}

/** Text of one input; half a million of them are made in a backfill. */
function formatInput({ key, first, last, revision }: UsedInput): string {
  return first === last ? `${key}[${first}] r${revision}` : `${key}[${first}…${last}] r${revision}`;
}

/** `BR_IPCA_MOM[2021-01…2021-12] r0`, joined by `; `: the `inputs` of a silver row. Empty without inputs. */
export function formatInputs(inputs: readonly UsedInput[]): string {
  return inputs.length === 1 ? formatInput(inputs[0]!) : inputs.map(formatInput).join('; ');
}

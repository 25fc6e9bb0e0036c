/** What a silver row was made from: periods or dates of one key, and the highest bronze revision among their values. */
export interface UsedInput {
  readonly key: string;
  /** Period or date labels, oldest and newest. */
  readonly first: string;
  readonly last: string;
  readonly revision: number;
}

/** `BR_IPCA_MOM[2021-01…2021-12] r0`, joined by `; `: the `inputs` of a silver row. Empty without inputs. */
export function formatInputs(inputs: readonly UsedInput[]): string {
  return inputs
    .map(({ key, first, last, revision }) => {
      const range = first === last ? first : `${first}…${last}`;
      return `${key}[${range}] r${revision}`;
    })
    .join('; ');
}

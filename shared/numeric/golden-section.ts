const INVERSE_PHI = (Math.sqrt(5) - 1) / 2;

/**
 * Point of `[low, high]` where `f` is least, by golden section until the bracket is narrower than `tolerance`
 * (unit of x). Deterministic; finds a local minimum when `f` has several.
 */
export function minimizeGolden(
  f: (x: number) => number,
  low: number,
  high: number,
  tolerance: number,
): { x: number; value: number } {
  let left = high - INVERSE_PHI * (high - low);
  let right = low + INVERSE_PHI * (high - low);
  let atLeft = f(left);
  let atRight = f(right);
  while (high - low > tolerance) {
    if (atLeft <= atRight) {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - INVERSE_PHI * (high - low);
      atLeft = f(left);
    } else {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + INVERSE_PHI * (high - low);
      atRight = f(right);
    }
  }
  return atLeft <= atRight ? { x: left, value: atLeft } : { x: right, value: atRight };
}

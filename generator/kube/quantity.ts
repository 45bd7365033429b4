// Kubernetes writes sizes and CPU shares as "quantities": a decimal number with one suffix.
// Grammar and rounding: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)|[eE]([+-]?\d+))?$/;

// A suffix is `base ** exponent`; "K" alone is none, only "k" and "Ki" are.
const DECIMAL: ReadonlyMap<string, number> = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);
const BINARY: ReadonlyMap<string, bigint> = new Map([
  ["Ki", 10n],
  ["Mi", 20n],
  ["Gi", 30n],
  ["Ti", 40n],
  ["Pi", 50n],
  ["Ei", 60n],
]);

// Larger values have no meaning: the API server caps some at int64, and lets others overflow to nonsense.
const MAX = 2n ** 63n - 1n;

// Nobody's size has more characters or a longer exponent; a bigint of a billion digits would stop the run.
const MAX_CHARACTERS = 100;
const MAX_EXPONENT = 400;

type Fraction = { readonly numerator: bigint; readonly denominator: bigint };

/**
 * Bytes of a memory or storage quantity ("16Gi", "500M", "1e9"), a fraction of a byte rounded away from zero
 * as Kubernetes does. undefined when the API server refuses the text, when it has no digit ("Gi", which the API
 * server takes as 0), and when it is over 2^63-1.
 */
export function bytes(text: string): bigint | undefined {
  const amount = quantity(text);
  return amount && rounded(amount);
}

/**
 * Thousandths of a CPU ("500m" is 500, "1.5" is 1500), finer fractions rounded away from zero as Kubernetes does.
 * undefined in the same cases as `bytes`.
 */
export function millicores(text: string): bigint | undefined {
  const amount = quantity(text);
  return amount && rounded({ ...amount, numerator: amount.numerator * 1000n });
}

function quantity(text: string): Fraction | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  const [match, sign, whole = "", fraction = "", suffix = "", power = "0"] = QUANTITY.exec(text) ?? [];
  const digits = whole + fraction;
  if (match === undefined || digits === "") return undefined;

  const mantissa = BigInt(digits) * (sign === "-" ? -1n : 1n);
  if (mantissa === 0n) return { numerator: 0n, denominator: 1n };
  const exponent = (DECIMAL.get(suffix) ?? Number(power)) - fraction.length;
  if (Math.abs(exponent) > MAX_EXPONENT) return undefined;

  const scale = 10n ** BigInt(Math.abs(exponent));
  const amount = {
    numerator: mantissa * 2n ** (BINARY.get(suffix) ?? 0n) * (exponent > 0 ? scale : 1n),
    denominator: exponent < 0 ? scale : 1n,
  };
  const size = rounded(amount);
  return size > MAX || size < -MAX ? undefined : amount;
}

function rounded({ numerator, denominator }: Fraction): bigint {
  const quotient = numerator / denominator;
  if (numerator % denominator === 0n) return quotient;
  return numerator > 0n ? quotient + 1n : quotient - 1n;
}

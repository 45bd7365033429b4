import { describe, expect, it } from "vitest";

import { bytes, millicores } from "../../generator/kube/quantity.ts";

// Every row was compared with ParseQuantity of k8s.io/apimachinery 0.35: Value() and MilliValue().
const ACCEPTED: readonly (readonly [text: string, bytes: bigint, millicores: bigint])[] = [
  ["0", 0n, 0n],
  ["000", 0n, 0n],
  ["-0", 0n, 0n],
  ["0Gi", 0n, 0n],
  ["0e5000", 0n, 0n],
  ["1", 1n, 1000n],
  ["+5", 5n, 5000n],
  ["5.", 5n, 5000n],
  [".5", 1n, 500n],
  ["1.G", 1_000_000_000n, 1_000_000_000_000n],
  ["00010", 10n, 10_000n],
  ["1.5", 2n, 1500n],
  ["0.0001", 1n, 1n],
  ["-0.0001", -1n, -1n],
  ["-1.5Gi", -1_610_612_736n, -1_610_612_736_000n],
  ["500m", 1n, 500n],
  ["1500m", 2n, 1500n],
  ["100u", 1n, 1n],
  ["1n", 1n, 1n],
  ["0.1n", 1n, 1n],
  ["1k", 1000n, 1_000_000n],
  ["1M", 1_000_000n, 1_000_000_000n],
  ["1G", 1_000_000_000n, 1_000_000_000_000n],
  ["1T", 1_000_000_000_000n, 1_000_000_000_000_000n],
  ["1P", 1_000_000_000_000_000n, 1_000_000_000_000_000_000n],
  ["1Ki", 1024n, 1_024_000n],
  ["16Gi", 17_179_869_184n, 17_179_869_184_000n],
  ["0.1Ki", 103n, 102_400n],
  ["1.5Ti", 1_649_267_441_664n, 1_649_267_441_664_000n],
  ["1Pi", 1_125_899_906_842_624n, 1_125_899_906_842_624_000n],
  ["1e3", 1000n, 1_000_000n],
  ["1E3", 1000n, 1_000_000n],
  ["1e+3", 1000n, 1_000_000n],
  ["1e-3", 1n, 1n],
  ["1.5e3", 1500n, 1_500_000n],
  ["9223372036854775807n", 9_223_372_037n, 9_223_372_036_855n],
];

// The API server accepts these too, but its MilliValue() overflows: here the exact number.
const LARGE: readonly (readonly [text: string, bytes: bigint, millicores: bigint])[] = [
  ["1E", 10n ** 18n, 10n ** 21n],
  ["7Ei", 7n * 2n ** 60n, 7000n * 2n ** 60n],
  ["9223372036854775807", 2n ** 63n - 1n, (2n ** 63n - 1n) * 1000n],
];

const REFUSED = [
  ..."1K|1KI|1ki|1gi|1GI|1GB|2GiB|1 Gi| 1Gi|1Gi |1m5|1mm|1Ki5|1i".split("|"),
  ..."1e|1e+|1e1.5|1e3Ki|1e3i|e3|1.1.1|1,5|1_000|--1|+-1|0x10|1Mb|ten|NaN|Infinity|٣".split("|"),
  "",
  "1\n",
];

describe("a quantity", () => {
  it.each([...ACCEPTED, ...LARGE])("%s is %s bytes and %s millicores", (text, size, share) => {
    expect(bytes(text)).toBe(size);
    expect(millicores(text)).toBe(share);
  });

  it.each(REFUSED)("is not %j", (text) => {
    expect(bytes(text)).toBeUndefined();
    expect(millicores(text)).toBeUndefined();
  });

  it.each(["+", "-", ".", "Gi", "m", ".Gi"])("is not %j, which the API server takes as 0", (text) => {
    expect(bytes(text)).toBeUndefined();
  });

  it.each([
    "8Ei",
    "10E",
    "9223372036854775808",
    "1e19",
    "1e99",
    "1e999999999",
    "1e-999999999",
    "9".repeat(500),
  ])("is not %s: more than any disk, and refused at once", (text) => {
    expect(bytes(text)).toBeUndefined();
    expect(millicores(text)).toBeUndefined();
  });
});

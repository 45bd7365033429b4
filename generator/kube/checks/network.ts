import { isRecord } from "../../record.ts";
import type { Entries } from "../../record.ts";
import ipaddr from "ipaddr.js";
import { bounded, formed, portName, text, type Check, type Fault } from "./fault.ts";

type Range = readonly [address: ReturnType<typeof ipaddr.parse>, bits: number];

/** An address range as Kubernetes reads it: four whole decimal numbers or IPv6, and a prefix; undefined if it is none. */
function addressRange(range: string): Range | undefined {
  const [address = "", bits = "", ...more] = range.split("/");
  if (more.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(bits) || address.includes("%")) return undefined;
  const four = ipaddr.IPv4.isValidFourPartDecimal(address) && !/(^|\.)0\d/.test(address);
  return (four || ipaddr.IPv6.isValid(address)) && ipaddr.isValidCIDR(range)
    ? ipaddr.parseCIDR(range)
    : undefined;
}

/** The range as it is meant when its address has bits beyond the prefix: `10.0.0.0/8` for `10.1.2.3/8`. */
function cleanRange(range: string): string | undefined {
  const parsed = addressRange(range);
  if (parsed === undefined) return undefined;
  const [address, bits] = parsed;
  const network =
    address.kind() === "ipv4"
      ? ipaddr.IPv4.networkAddressFromCIDR(range)
      : ipaddr.IPv6.networkAddressFromCIDR(range);
  return network.toString() === address.toString() ? undefined : `${network.toString()}/${bits}`;
}

/** What is wrong with a range: no range at all, or one with bits that do not count. */
export function rangeFaults(range: string, path: Fault["path"]): readonly Fault[] {
  if (addressRange(range) === undefined) {
    return [
      {
        rule: "wrong-format",
        path,
        says: `is ${JSON.stringify(range.slice(0, 60))}, which is no address range`,
        fix: "write an address and its prefix, as in 10.0.0.1/32 or 2001:db8::/64",
      },
    ];
  }
  const clean = cleanRange(range);
  if (clean === undefined) return [];
  return [
    {
      rule: "range-host-bits",
      path,
      says: `is ${range}, whose address goes on beyond the prefix: it means ${clean}`,
      fix: `write ${clean}, or ${range.split("/")[0] ?? ""}/${range.includes(":") ? 128 : 32} for the one address`,
      severity: "warning",
    },
  ];
}

const ipBlock: Check = (block) => {
  const cidr = text(block["cidr"]);
  const whole = addressRange(cidr);
  const exceptions = Array.isArray(block["except"])
    ? block["except"].filter((item) => typeof item === "string")
    : [];
  return [
    ...(block["cidr"] === undefined ? [] : rangeFaults(cidr, ["cidr"])),
    ...exceptions.flatMap((except, index): readonly Fault[] => {
      const part = addressRange(except);
      if (part === undefined || whole === undefined) return rangeFaults(except, ["except", index]);
      if (inside(part, whole)) return [];
      const says = `is ${except}, which is no part of ${cidr}`;
      return [
        { rule: "wrong-value", path: ["except", index], says, fix: "write a smaller range within the cidr" },
      ];
    }),
  ];
};

function inside([address, bits]: Range, [whole, wholeBits]: Range): boolean {
  if (bits <= wholeBits) return false;
  if (address instanceof ipaddr.IPv4 && whole instanceof ipaddr.IPv4) return address.match(whole, wholeBits);
  if (address instanceof ipaddr.IPv6 && whole instanceof ipaddr.IPv6) return address.match(whole, wholeBits);
  return false;
}

const peer: Check = (value) => {
  const selectors = ["podSelector", "namespaceSelector"].filter((field) => isRecord(value[field]));
  if (isRecord(value["ipBlock"]) && selectors.length > 0) {
    const says = `has ipBlock and ${selectors.join(" and ")}: a peer is an address range or pods, not both`;
    return [{ rule: "wrong-value", path: [], says, fix: "make two entries of it" }];
  }
  if (Object.keys(value).length > 0) return [];
  const fix = "give podSelector, namespaceSelector or ipBlock";
  return [{ rule: "wrong-value", path: [], says: "names nobody", fix }];
};

const port: Check = (value: Entries) => {
  const end = value["endPort"];
  const first = value["port"];
  const faults = [
    ...(typeof first === "string" ? formed(value, "port", portName) : bounded(value, "port", [1, 65_535])),
    ...bounded(value, "endPort", [1, 65_535]),
  ];
  if (typeof end !== "number" || (typeof first === "number" && first <= end)) return faults;
  const says = `is ${end}, and port is ${typeof first === "number" ? "larger" : "no number"}`;
  return [
    ...faults,
    { rule: "wrong-value", path: ["endPort"], says, fix: "write port as the first number of the span" },
  ];
};

export const networkChecks: Readonly<Record<string, Check>> = {
  IPBlock: ipBlock,
  NetworkPolicyPeer: peer,
  NetworkPolicyPort: port,
};

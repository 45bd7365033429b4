import ipaddr from "ipaddr.js";
import type { ConnectionType, HbaLine } from "./hba-line.ts";
import type { Field } from "./hba-token.ts";

const everyHost = ["ssl", "gss", "plain"];

/** The kinds of connection that a type of line is about. */
export function kinds(type: ConnectionType): readonly string[] {
  switch (type) {
    case "local":
      return ["local"];
    case "host":
      return everyHost;
    case "hostssl":
      return ["ssl"];
    case "hostnossl":
      return ["gss", "plain"];
    case "hostgssenc":
      return ["gss"];
    case "hostnogssenc":
      return ["ssl", "plain"];
  }
}

/** Whether the first line matches every connection that the second one matches. */
export function covers(first: HbaLine, second: HbaLine): boolean {
  const types = kinds(first.type);
  return (
    kinds(second.type).every((kind) => types.includes(kind)) &&
    databases(first.databases, second.databases) &&
    words(first.users, second.users, "all") &&
    addresses(first.address, second.address)
  );
}

/** `all` is every database, but not the stream of a replica, which only the word replication matches. */
function databases(first: Field, second: Field): boolean {
  const streams = ({ text, quoted }: Field[number]) => text === "replication" && !quoted;
  if (second.some(streams) && !first.some(streams)) return false;
  return words(
    first,
    second.filter((word) => !streams(word)),
    "all",
  );
}

function words(first: Field, second: Field, every: string): boolean {
  if (first.some(({ text, quoted }) => text === every && !quoted)) return true;
  return second.every((word) =>
    first.some(
      ({ text, quoted }) => text === word.text && (quoted === word.quoted || /^[a-z_]\w*$/.test(text)),
    ),
  );
}

function addresses(first: string | undefined, second: string | undefined): boolean {
  if (first === "all" || first === second) return true;
  if (first === undefined || second === undefined) return false;
  if (!ipaddr.isValidCIDR(first) || !ipaddr.isValidCIDR(second)) return false;
  const [range, bits] = ipaddr.parseCIDR(first);
  const [inner, innerBits] = ipaddr.parseCIDR(second);
  if (innerBits < bits) return false;
  if (range instanceof ipaddr.IPv4 && inner instanceof ipaddr.IPv4) return inner.match(range, bits);
  return range instanceof ipaddr.IPv6 && inner instanceof ipaddr.IPv6 && inner.match(range, bits);
}

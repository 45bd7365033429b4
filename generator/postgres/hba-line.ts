import ipaddr from "ipaddr.js";
import { tokenized, type Field } from "./hba-token.ts";
import { methodProblem } from "./hba-method.ts";

/** Who a line of pg_hba.conf is about, and how they prove who they are. */
export type HbaLine = {
  readonly type: ConnectionType;
  readonly databases: Field;
  readonly users: Field;
  /** Absent for `local`. A keyword or a host name, or the range as `address/bits`. */
  readonly address: string | undefined;
  readonly method: string;
};

/** Why PostgreSQL would not load a file with the line. */
type HbaProblem = { readonly wrong: string; readonly fix: string };

const types = ["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"] as const;
export type ConnectionType = (typeof types)[number];

type Read = HbaLine | HbaProblem | undefined;

/** The clusters of a fleet mostly have the same lines. */
const known = new Map<string, Read>();
const mostKnown = 1000;

/** One line of pg_hba.conf; undefined for an empty one, a comment, and a file that is included. */
export function hbaLine(text: string, version: number): Read {
  const key = `${version} ${text}`;
  if (known.has(key)) return known.get(key);
  if (known.size >= mostKnown) known.clear();
  const line = read(text, version);
  known.set(key, line);
  return line;
}

function read(text: string, version: number): Read {
  if (/[\r\n\0]/.test(text)) return { wrong: "has a line break in it", fix: "make an entry of each line" };
  const fields = tokenized(text);
  if ("wrong" in fields) return fields;
  const [first, databases, users, ...rest] = fields;
  if (first === undefined) return undefined;
  const word = first[0]?.text ?? "";
  if (version >= 16 && /^include(_if_exists|_dir)?$/.test(word)) return undefined;
  const type = types.find((name) => name === word);
  if (type === undefined || first.length > 1) {
    return {
      wrong: "begins with no type of connection",
      fix: "begin it with local, host, hostssl or hostnossl",
    };
  }
  if (databases === undefined) return { wrong: "ends before it names a database", fix: "add all or a name" };
  if (users === undefined) return { wrong: "ends before it names a user", fix: "add all or a name" };
  const expression =
    version >= 16 ? [...databases, ...users].find(({ text: name }) => !isExpression(name)) : undefined;
  if (expression !== undefined) {
    return {
      wrong: `has ${JSON.stringify(expression.text)}, which is no regular expression`,
      fix: "correct what is behind the /",
    };
  }
  if (type === "local") return withMethod({ type, databases, users, address: undefined }, rest, version);
  const found = addressOf(rest);
  if ("wrong" in found) return found;
  return withMethod({ type, databases, users, address: found.address }, found.rest, version);
}

/** Since version 16 a name that begins with / is a regular expression. */
function isExpression(word: string): boolean {
  if (!word.startsWith("/")) return true;
  try {
    return new RegExp(word.slice(1)).source !== "";
  } catch {
    return false;
  }
}

function withMethod(
  line: Omit<HbaLine, "method">,
  [method, ...options]: readonly Field[],
  version: number,
): HbaLine | HbaProblem {
  if (method === undefined) {
    return { wrong: "ends before it names a method", fix: "add scram-sha-256, or another method" };
  }
  if (method.length > 1) return { wrong: "names more than one method", fix: "keep one" };
  const full = { ...line, method: method[0]?.text ?? "" };
  return methodProblem({ ...full, options: options.flat().map(({ text }) => text) }, version) ?? full;
}

function addressOf([field, ...rest]: readonly Field[]):
  HbaProblem | { address: string; rest: readonly Field[] } {
  const [token, ...more] = field ?? [];
  if (token === undefined)
    return { wrong: "ends before it names an address", fix: "add all, a range or a host name" };
  if (more.length > 0) return { wrong: "names more than one address", fix: "make a line for each" };
  const { text, quoted } = token;
  if (!quoted && ["all", "samehost", "samenet"].includes(text)) return { address: text, rest };
  const [address = "", bits, ...slashes] = text.split("/");
  const known = numeric(address);
  if (known === undefined) {
    // Anything else without a slash is a name that is looked up at run time.
    if (bits === undefined) return { address: text, rest };
    return {
      wrong: `has the address ${JSON.stringify(text)}, which is none`,
      fix: "write all, or a range as in 10.0.0.0/8",
    };
  }
  const longest = known.kind() === "ipv4" ? 32 : 128;
  if (bits === undefined) return masked(text, known, rest);
  if (slashes.length > 0 || !/^\d+$/.test(bits) || Number(bits) > longest) {
    return {
      wrong: `has the range ${JSON.stringify(text)}, whose prefix is none`,
      fix: `write 0 to ${longest} after the /`,
    };
  }
  return { address: `${known.toString()}/${Number(bits)}`, rest };
}

type Address = ReturnType<typeof ipaddr.parse>;

/** The range of an address with a mask in the field behind it. */
function masked(
  text: string,
  known: Address,
  [mask, ...rest]: readonly Field[],
): HbaProblem | { address: string; rest: readonly Field[] } {
  const fix = `write ${text}/${known.kind() === "ipv4" ? 32 : 128} for that one address`;
  const parsed = numeric(mask?.[0]?.text ?? "");
  if (parsed === undefined || mask?.length !== 1)
    return { wrong: `has the address ${text} without a prefix or a mask`, fix };
  if (parsed.kind() !== known.kind()) return { wrong: `has a mask that is none of ${text}`, fix };
  const bits = parsed.prefixLengthFromSubnetMask();
  return { address: `${known.toString()}/${bits ?? mask[0]?.text ?? ""}`, rest };
}

/** An address as getaddrinfo reads a numeric one, but for the short and octal forms that nobody means. */
function numeric(text: string): Address | undefined {
  if (text.includes("%")) return undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
}

type Authentication = { readonly type: string; readonly method: string; readonly options: readonly string[] };

/** Methods, and the options of each besides those that every one takes (hba.c, parse_hba_auth_opt). */
const methods: Readonly<Record<string, readonly string[]>> = {
  trust: [],
  reject: [],
  "scram-sha-256": [],
  md5: [],
  password: [],
  gss: ["map", "include_realm", "krb_realm"],
  ident: ["map"],
  peer: ["map"],
  cert: ["map"],
  pam: ["pamservice", "pam_use_hostname"],
  ldap: "ldapurl ldaptls ldapscheme ldapserver ldapport ldapbinddn ldapbindpasswd ldapsearchattribute ldapsearchfilter ldapbasedn ldapprefix ldapsuffix".split(
    " ",
  ),
  radius: ["radiusservers", "radiussecrets", "radiusports", "radiusidentifiers"],
  oauth: ["issuer", "scope", "validator", "map", "delegate_ident_mapping"],
};

const since: Readonly<Record<string, number>> = { oauth: 18 };
/** Known to PostgreSQL, but in no build for Linux. */
const elsewhere = ["sspi", "bsd"];

/** Why PostgreSQL would not load a line with this method and these options; undefined if it does. */
export function methodProblem(
  { type, method, options }: Authentication,
  version: number,
): { readonly wrong: string; readonly fix: string } | undefined {
  const known = methods[method];
  const choice = Object.keys(methods)
    .filter((name) => version >= (since[name] ?? 0))
    .join(", ");
  if (known === undefined || version < (since[method] ?? 0)) {
    const reason = elsewhere.includes(method) ? ", which no build for Linux has" : "";
    return { wrong: `has the method ${JSON.stringify(method)}${reason}`, fix: `write one of ${choice}` };
  }
  if (type !== "local" && method === "peer")
    return { wrong: "has the method peer, which only a local line can have", fix: "write scram-sha-256" };
  if (type === "local" && method === "gss")
    return {
      wrong: "has the method gss, which a local line cannot have",
      fix: "write peer or scram-sha-256",
    };
  if (type !== "hostssl" && method === "cert")
    return { wrong: "has the method cert, which only a hostssl line can have", fix: "write hostssl" };
  for (const option of options) {
    const found = optionProblem({ type, method, known }, option, version);
    if (found !== undefined) return found;
  }
  return incomplete(method, options);
}

function optionProblem(
  { type, method, known }: { type: string; method: string; known: readonly string[] },
  option: string,
  version: number,
): { wrong: string; fix: string } | undefined {
  const at = option.indexOf("=");
  const [name, value] = [option.slice(0, at), option.slice(at + 1)];
  if (at === -1)
    return { wrong: `has ${JSON.stringify(option)} behind the method`, fix: "write options as name=value" };
  if (name === "clientcert" || name === "clientname") {
    const values = clientValues(name, version);
    if (type !== "hostssl")
      return { wrong: `has ${name}, which only a hostssl line can have`, fix: "write hostssl" };
    if (name === "clientcert" && method === "cert" && value === "verify-ca")
      return { wrong: "has clientcert=verify-ca beside cert, which verifies more", fix: "take it out" };
    if (values.includes(value)) return undefined;
    if (values.length > 0) return { wrong: `has ${name}=${value}`, fix: `write ${values.join(" or ")}` };
  }
  if (known.includes(name)) return valueProblem(name, value);
  const choice = known.length === 0 ? "take it out" : `its options are ${known.join(", ")}`;
  return { wrong: `has the option ${name}, which ${method} does not take`, fix: choice };
}

function clientValues(name: string, version: number): readonly string[] {
  if (name === "clientname") return version >= 14 ? ["CN", "DN"] : [];
  return version >= 14 ? ["verify-ca", "verify-full"] : ["verify-ca", "verify-full", "no-verify", "1", "0"];
}

function valueProblem(name: string, value: string): { wrong: string; fix: string } | undefined {
  if (name === "ldapport" && !(Number.parseInt(value, 10) > 0))
    return { wrong: `has ldapport=${value}`, fix: "write the number of a port" };
  if (name === "ldapurl" && !/^ldaps?:\/\//i.test(value))
    return { wrong: "has an ldapurl that is none", fix: "write ldap://host/basedn" };
  return undefined;
}

/** What a method cannot do without. */
function incomplete(method: string, options: readonly string[]): { wrong: string; fix: string } | undefined {
  const given = options.map((option) => option.slice(0, option.indexOf("=")));
  const missing = (wanted: readonly string[]) => wanted.filter((name) => !given.includes(name));
  const required =
    method === "radius"
      ? missing(["radiusservers", "radiussecrets"])
      : method === "oauth"
        ? missing(["issuer", "scope"])
        : [];
  if (required.length > 0)
    return { wrong: `lacks ${required.join(" and ")} for ${method}`, fix: "add them as name=value" };
  if (method !== "ldap") return undefined;
  const search = ["ldapbasedn", "ldapbinddn", "ldapbindpasswd", "ldapsearchattribute", "ldapsearchfilter"];
  const simple = given.includes("ldapprefix") || given.includes("ldapsuffix");
  if (!given.includes("ldapurl") && !given.includes("ldapserver") && !given.includes("ldapbasedn"))
    return { wrong: "names no LDAP server", fix: "add ldapserver=… or ldapurl=…" };
  if (simple && [...search, "ldapurl"].some((name) => given.includes(name)))
    return { wrong: "mixes ldapprefix or ldapsuffix with a search", fix: "keep one of the two ways" };
  if (!simple && !given.includes("ldapbasedn") && !given.includes("ldapurl"))
    return {
      wrong: "says neither how to build nor where to search for a user's name",
      fix: "add ldapprefix, or ldapbasedn",
    };
  if (given.includes("ldapsearchattribute") && given.includes("ldapsearchfilter"))
    return { wrong: "has ldapsearchattribute and ldapsearchfilter", fix: "keep one of the two" };
  return undefined;
}

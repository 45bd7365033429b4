import Handlebars from "handlebars";
import { asset } from "./assets.ts";
import { yaml } from "./kube/yaml.ts";

/** What a template may be given: text and numbers to print, data to write as YAML, and the truth of a section. */
type Values = Readonly<Record<string, unknown>>;

const handlebars = Handlebars.create();

handlebars.registerHelper("line", line);
handlebars.registerHelper("value", (given: unknown) => yaml(scalar(given)).trimEnd());
handlebars.registerHelper("block", (indent: number, given: unknown) => block(indent, given));

const compiled = new Map<string, (values: Values) => string>();

/** The text of templates/<name>.hbs with the values filled in. */
export function fill(name: string, values: Values): string {
  const known = compiled.get(name);
  if (known !== undefined) return known(values);
  const template = handlebars.compile<Values>(text(`${name}.hbs`), {
    strict: true,
    noEscape: true,
    knownHelpersOnly: true,
    knownHelpers: { line: true, value: true, block: true },
  });
  compiled.set(name, template);
  return template(values);
}

/** The text of templates/<name> as it is: scripts take what varies from their environment. */
export function text(name: string): string {
  return asset(`templates/${name}`);
}

/** Text for a place in a line: a line break or a control character would start a setting of its own. */
function line(given: unknown): string {
  const printed = String(scalar(given));
  if (!isOneLine(printed)) throw new Error("a template value breaks its line");
  return printed;
}

export function isOneLine(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- that is what it looks for
  return !/[\u0000-\u001f\u007f\u0085\u2028\u2029]/.test(text);
}

function scalar(given: unknown): string | number | boolean {
  if (typeof given === "string" || typeof given === "number" || typeof given === "boolean") return given;
  throw new Error(`a template value is ${given === null ? "null" : typeof given}`);
}

/** Data as YAML, each line indented. Empty lines stay empty: an editor would strip the blanks. */
function block(indent: number, given: unknown): string {
  if (typeof given !== "object" || given === null) throw new Error("a template block is no object");
  return yaml(given, " ".repeat(indent)).trimEnd();
}

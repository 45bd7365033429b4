import { describe, expect, it } from "vitest";
import { render } from "../../generator/render.ts";
import { filesIn } from "../support/files.ts";
import { at, objectsOf, textAt } from "../support/object.ts";

const input = filesIn(new URL("../golden/external-secrets/in", import.meta.url).pathname);
const objects = objectsOf(render(input).files);
const ours = objects.filter(({ apiVersion }) => String(apiVersion).includes("external-secrets.io"));

describe("what the External Secrets Operator is asked for", () => {
  it("makes the Secrets that pods and users look for, with no Job that makes them too", () => {
    const made = ours.flatMap((each) =>
      each["kind"] === "ExternalSecret" ? [textAt(each, "spec", "target", "name")] : [],
    );
    const read = JSON.stringify(objects.filter(({ kind }) => kind === "StatefulSet" || kind === "CronJob"));

    expect(made.filter((secret) => !read.includes(`"${secret}"`))).toEqual([]);
    expect(
      objects.filter(({ metadata }) => textAt({ metadata }, "metadata", "name").includes("-secrets")),
    ).toEqual([]);
  });

  it("has one password of a store for two namespaces", () => {
    const booking = ours.filter((each) => textAt(each, "metadata", "name").startsWith("web.booking."));

    expect(booking.map((each) => textAt(each, "metadata", "namespace"))).toEqual(["sales", "web"]);
    expect(booking.map((each) => at(each, "spec", "data", 0, "remoteRef", "key"))).toEqual(
      Array(2).fill("databases/kept/web.booking"),
    );
  });
});

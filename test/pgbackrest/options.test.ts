import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { refusal } from "../../generator/pgbackrest/option-value.ts";
import { optionNamed, options, withIndex } from "../../generator/pgbackrest/options.ts";

describe("what we say of an option's value is what pgBackRest says", () => {
  it("for every option of a configuration file and every sample", () => {
    const text = readFileSync(new URL("verdicts.tsv", import.meta.url), "utf8");
    const [head = "", ...lines] = text.trimEnd().split("\n");
    const samples = (head.split("\t")[1] ?? "").split(" ");

    const differences = lines.flatMap((line) => {
      const [name = "", signs = ""] = line.split("\t");
      const option = options().get(name);
      if (option === undefined) return [`${name} is unknown`];
      if (signs.length !== samples.length) return [`${name} has ${signs.length} verdicts`];
      return samples.flatMap((value, index) => {
        const isTaken = refusal(option, value) === undefined;
        return isTaken === (signs[index] === "+")
          ? []
          : [`${name}=${value}: ${isTaken ? "taken" : "refused"} by us`];
      });
    });

    expect(differences).toEqual([]);
    expect(lines.length * samples.length).toBeGreaterThan(3000);
  });
});

describe("the names of options", () => {
  it("are found as they are written, with their number", () => {
    const lost = [...options()].flatMap(([base, { index }]) => {
      const name = index === undefined ? base : withIndex(base, 3);
      const found = optionNamed(name);
      return found?.name === name && found.base === base ? [] : [name];
    });

    expect(lost).toEqual([]);
    expect(options().size).toBe(174);
  });

  it.each([
    ["retention-full", "repo1-retention-full"],
    ["repo2-s3-verify-tls", "repo2-storage-verify-tls"],
    ["archive-queue-max", "archive-push-queue-max"],
    ["db2-path", "pg2-path"],
    ["db-path", "pg1-path"],
    ["backup-host", "repo1-host"],
    ["repo-target-time", "repo-target-time"],
  ])("of old: %s is %s", (old, name) => {
    expect(optionNamed(old)?.name).toBe(name);
  });

  it.each([
    "repo-retention-full",
    "repo0-path",
    "repo1000-path",
    "repo1-delta",
    "Delta",
    "repo1-target-time",
    "",
  ])("are no others: %j", (name) => {
    expect(optionNamed(name)).toBeUndefined();
  });
});

it("knows of each kind of option what pgBackRest's documentation says", () => {
  const known = (name: string) => options().get(name);

  expect(known("process-max")).toEqual({ type: "integer", range: ["1", "999"], restore: true, default: "1" });
  expect(known("repo-retention-full-type")?.words).toEqual(["count", "time"]);
  expect(known("exclude")?.type).toBe("list");
  expect(known("annotation")?.type).toBe("map");
  expect(known("set")?.place).toBe("command");
  expect(known("pg-path")?.place).toBe("stanza");
  expect([...options()].flatMap(([name, { secret }]) => (secret === true ? [name] : []))).toEqual([
    "repo-azure-account",
    "repo-azure-endpoint",
    "repo-azure-key",
    "repo-cipher-pass",
    "repo-gcs-key",
    "repo-s3-key",
    "repo-s3-key-secret",
    "repo-s3-sse-customer-key",
    "repo-s3-token",
    "repo-sftp-private-key-passphrase",
  ]);
});

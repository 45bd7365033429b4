import { isRecord } from "../../record.ts";
import type { Entries } from "../../record.ts";
import { bounded, text, wrong, type Check, type Fault } from "./fault.ts";

/** The largest id of a user or a group that Linux knows. */
const id = [0, 2_147_483_647] as const;

const context: Check = (value) => {
  const { capabilities, windowsOptions: windows } = value;
  const added: readonly unknown[] =
    isRecord(capabilities) && Array.isArray(capabilities["add"]) ? capabilities["add"] : [];
  const escalates =
    value["privileged"] === true ? "privileged" : added.includes("CAP_SYS_ADMIN") ? "CAP_SYS_ADMIN" : "";
  return [
    ...bounded(value, "runAsUser", id),
    ...bounded(value, "runAsGroup", id),
    ...(escalates !== "" && value["allowPrivilegeEscalation"] === false
      ? [
          wrong(
            ["allowPrivilegeEscalation"],
            `is false, and the container has ${escalates}`,
            `take one of the two out`,
          ),
        ]
      : []),
    ...(value["procMount"] === "Unmasked"
      ? [
          wrong(
            ["procMount"],
            "is Unmasked, which a pod with the users of its node cannot have",
            "take it out",
          ),
        ]
      : []),
    ...(isRecord(windows) && windows["hostProcess"] === true
      ? [wrong(["windowsOptions", "hostProcess"], "is true: the database runs on Linux", "take it out")]
      : []),
  ];
};

/** A profile of the node's, by its path, goes with Localhost alone. */
const profile =
  (inFolder: boolean): Check =>
  (value: Entries): readonly Fault[] => {
    const given = value["localhostProfile"];
    const path = text(given);
    const at = ["localhostProfile"];
    if (value["type"] !== "Localhost") {
      return given === undefined
        ? []
        : [wrong(at, "goes with type: Localhost alone", "take it out, or write Localhost")];
    }
    if (given === undefined || (!inFolder && path.trim() === ""))
      return [{ rule: "missing-field", path: at, says: "is missing", fix: "name the profile on the node" }];
    const out = inFolder && (path.startsWith("/") || path.split("/").includes(".."));
    if (out)
      return [
        {
          rule: "wrong-format",
          path: at,
          says: `is ${JSON.stringify(path)}, which leaves the kubelet's folder`,
          fix: "write a relative path without ..",
        },
      ];
    return inFolder || path.trim() === path
      ? []
      : [{ rule: "wrong-format", path: at, says: "has blanks around it", fix: "take them away" }];
  };

export const securityChecks: Readonly<Record<string, Check>> = {
  SecurityContext: context,
  SeccompProfile: profile(true),
  AppArmorProfile: profile(false),
};

/** Something that somebody has to look at: `warning` within a day, `critical` now. */
export type Alert = {
  readonly alert: string;
  /** PromQL that has a series if it is so. */
  readonly expr: string;
  /** How long it has to be so, as Prometheus writes a time. */
  readonly for: string;
  readonly severity: "warning" | "critical";
  /** What is wrong, on one line, and what follows from it. */
  readonly summary: string;
  readonly description: string;
  /** More labels, for what the series do not tell. */
  readonly labels?: Readonly<Record<string, string>>;
};

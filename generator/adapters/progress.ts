import { performance } from "node:perf_hooks";
import type { Terminal } from "./terminal.ts";

/** Told before each of `total` pieces of work; `done` counts from 0. */
export type OnProgress = (doing: string, done: number, total: number) => void;

/** A counter on one line of the terminal. `clear` has to come before anything else is printed. */
export type Progress = { readonly show: OnProgress; readonly clear: () => void };

const quietMs = 1000;
const betweenMs = 100;
const eraseLine = "\r\u001B[K";

/**
 * Shows a counter once the work has taken over a second; never when stderr is no terminal, in CI (the variable CI is set
 * and not "false"), or on a terminal that cannot erase a line. `now` gives milliseconds.
 */
export function progress(terminal: Terminal, now: () => number = () => performance.now()): Progress {
  const { env } = terminal;
  const inCi = env["CI"] !== undefined && env["CI"] !== "" && env["CI"] !== "false";
  if (!terminal.isTerminal || inCi || env["TERM"] === "dumb") return { show: () => {}, clear: () => {} };

  let nextAt = now() + quietMs;
  let shown = false;
  return {
    show(doing, done, total) {
      const at = now();
      if (at < nextAt) return;
      nextAt = at + betweenMs;
      shown = true;
      terminal.stderr(`${eraseLine}${doing} ${done}/${total}`);
    },
    clear() {
      if (shown) terminal.stderr(eraseLine);
      shown = false;
    },
  };
}

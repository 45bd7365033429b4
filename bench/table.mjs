/** What one way of rendering cost in the rounds, beside the floor and our render of the same rounds. */
function row({ clusters, place, name, runs, floor, ours }) {
  const ratio = (of, base) =>
    base === undefined ? "" : median(runs.map((run, round) => of(run) / of(base[round]))).toFixed(2);
  const wall = runs.map(({ wallS }) => wallS);
  return [
    String(clusters),
    place,
    name,
    `${seconds(median(wall))} (${seconds(Math.min(...wall))}–${seconds(Math.max(...wall))})`,
    seconds(median(runs.map(({ cpuS }) => cpuS))),
    median(runs.map(({ peakMb }) => peakMb)).toFixed(0),
    ratio(({ wallS }) => wallS, floor),
    ratio(({ cpuS }) => cpuS, floor),
    ratio(({ wallS }) => wallS, ours),
    ratio(({ cpuS }) => cpuS, ours),
  ];
}

const head = [
  "clusters",
  "on",
  "what",
  "wall s (min–max)",
  "CPU s",
  "peak MB",
  "wall ÷ floor",
  "CPU ÷ floor",
  "wall ÷ ours",
  "CPU ÷ ours",
];

/** A Markdown table of the results, in columns that also read well in a terminal. */
export function table(results) {
  const rows = [head, ...results.map(row)];
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |\n`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join("");
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function seconds(value) {
  return value.toFixed(2);
}

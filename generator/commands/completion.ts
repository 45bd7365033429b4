import { Argument } from "commander";
import type { Command } from "commander";
import { readInput } from "../adapters/input.ts";
import { allFields } from "../explain/fields.ts";
import { namesIn } from "../select/names.ts";
import { units } from "../select/units.ts";
import type { AddCommand } from "./options.ts";
import { exitCodes } from "./world.ts";

/** What a shell has to be told; it asks `pgrender complete` for the words. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_pgrender() {
  local IFS=$'\\n'
  COMPREPLY=($(pgrender complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _pgrender pgrender
`,
  zsh: `#compdef pgrender
_pgrender() {
  local -a found
  found=("\${(@f)$(pgrender complete -- "\${words[@]:1:$((CURRENT - 1))}" 2>/dev/null)}")
  [[ -n "$found" ]] && compadd -a found || _files
}
compdef _pgrender pgrender
`,
  fish: `complete -c pgrender -f -a '(pgrender complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
};

export const addCompletion: AddCommand = (top, { world, finish }) => {
  top
    .command("completion")
    .description("print what makes a shell complete commands, options, clusters and fields")
    .addArgument(
      new Argument("<SHELL>", "for eval, or for a file that the shell reads").choices(Object.keys(scripts)),
    )
    .action((shell: string) => {
      world.stdout(scripts[shell] ?? "");
      finish(exitCodes.done);
    });
  top
    .command("complete", { hidden: true })
    .argument("[WORDS...]")
    .action((words: readonly string[]) => {
      world.stdout(
        completions(top, words)
          .map((word) => `${word}\n`)
          .join(""),
      );
      finish(exitCodes.done);
    });
};

/** What the last word may become. `words` are those after the command's own name; the last one may be empty. */
function completions(top: Command, words: readonly string[]): readonly string[] {
  const word = words.at(-1) ?? "";
  const command = top.commands.find((each) => each.name() === words[0]);
  const all = words.length < 2 || command === undefined ? commandNames(top) : wordsOf(command, words);
  return [...new Set(all)].filter((each) => each.startsWith(word)).sort();
}

function commandNames(top: Command): readonly string[] {
  return top.commands.map((each) => each.name()).filter((name) => name !== "complete");
}

function wordsOf(command: Command, words: readonly string[]): readonly string[] {
  const [word = "", before = ""] = words.toReversed();
  if (before === "--only") return clusterNames(words);
  const option = command.options.find(({ long }) => long === before);
  // The value of another option: a file, which the shell knows better.
  if (option?.required === true) return option.argChoices ?? [];
  if (word.startsWith("-")) return command.options.flatMap(({ long }) => long ?? []);
  if (command.name() === "explain") return allFields().map(({ path }) => path);
  return command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
}

function clusterNames(words: readonly string[]): readonly string[] {
  const place = words.indexOf("--clusters");
  const { files } = readInput(place === -1 ? "clusters" : (words[place + 1] ?? "clusters"));
  return units(files)
    .filter((unit) => unit.files.some(({ text }) => /\b(PostgresCluster|postgresql)\b/.test(text)))
    .flatMap((unit) => [...namesIn(unit.files).documents]);
}

/** `infersim completion`: shell completion of commands and flags, made from the program itself. */

import type { Command } from 'commander';
import { ExitCode } from '../exit-code.js';
import type { Terminal } from '../terminal.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

interface CommandWords {
  /** Words after the program's name, e.g. `devices show`; empty for the program. */
  readonly path: string;
  readonly words: readonly string[];
}

/** What may follow each command: its own commands and its long flags. */
export function completionWords(program: Command): CommandWords[] {
  const found: CommandWords[] = [];
  const visit = (command: Command, path: readonly string[]): void => {
    const commands = command.commands.map((child) => child.name());
    const flags = command.options.filter((option) => !option.hidden).flatMap((option) => option.long ?? []);
    found.push({ path: path.join(' '), words: [...commands, ...flags, '--help'] });
    for (const child of command.commands) visit(child, [...path, child.name()]);
  };
  visit(program, []);
  return found;
}

/** Prints the script; `eval "$(infersim completion bash)"` puts it to use. */
export function completion(shell: Shell, program: Command, terminal: Terminal): ExitCode {
  const table = completionWords(program);
  terminal.out(shell === 'fish' ? fishScript(table) : shell === 'zsh' ? zshScript(table) : bashScript(table));
  return ExitCode.OK;
}

function caseLines(table: readonly CommandWords[]): string {
  return table.map(({ path, words }) => `    '${path}') words='${words.join(' ')}' ;;`).join('\n');
}

const PATH_LOOP = `  local path='' word candidate
  for word in "$@"; do
    candidate="\${path:+$path }$word"
    case "$known" in *"|$candidate|"*) path="$candidate" ;; esac
  done`;

function functionBody(table: readonly CommandWords[]): string {
  const known = `|${table
    .map(({ path }) => path)
    .filter((path) => path !== '')
    .join('|')}|`;
  return `_infersim_words() {
  local known='${known}'
${PATH_LOOP}
  local words=''
  case "$path" in
${caseLines(table)}
  esac
  printf '%s' "$words"
}`;
}

function bashScript(table: readonly CommandWords[]): string {
  return `# infersim completion for bash: eval "$(infersim completion bash)"
${functionBody(table)}
_infersim() {
  local current="\${COMP_WORDS[COMP_CWORD]}"
  local words
  words="$(_infersim_words "\${COMP_WORDS[@]:1:COMP_CWORD-1}")"
  COMPREPLY=( $(compgen -W "$words" -- "$current") )
}
complete -o default -F _infersim infersim
`;
}

function zshScript(table: readonly CommandWords[]): string {
  return `# infersim completion for zsh: eval "$(infersim completion zsh)"
${functionBody(table)}
_infersim() {
  local -a candidates
  candidates=( \${=$(_infersim_words "\${(@)words[2,CURRENT-1]}")} )
  compadd -a candidates
  _files
}
compdef _infersim infersim
`;
}

function fishScript(table: readonly CommandWords[]): string {
  const lines = ['# infersim completion for fish: infersim completion fish | source'];
  for (const { path, words } of table) {
    const names = path === '' ? [] : path.split(' ');
    const condition =
      names.length === 0
        ? '__fish_use_subcommand'
        : names.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ');
    for (const word of words)
      lines.push(
        word.startsWith('--')
          ? `complete -c infersim -n '${condition}' -l ${word.slice(2)}`
          : `complete -c infersim -n '${condition}' -a ${word}`,
      );
  }
  return `${lines.join('\n')}\n`;
}

import type { Command, Option } from 'commander';

/** A command by its whole name, as `tierphone board check`. */
interface Named {
  readonly path: string;
  readonly command: Command;
}

function everyCommand(command: Command, path: string): Named[] {
  return [{ path, command }, ...command.commands.flatMap((each) => everyCommand(each, `${path} ${each.name()}`))];
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Where a value is a path, by what it is called. */
const isPath = (name: string): boolean => /\b(file|folder|list|wav)s?\b/i.test(name);

/**
 * A script for bash that completes commands, options, values that are one of several, and paths. All stands in it: a program that is asked at each
 * key, as kept libraries do, takes a second to start on a phone.
 */
export function completion(program: Command): string {
  const all = everyCommand(program, program.name());
  const inner = all.filter(({ command }) => command !== program).map(({ path }) => quoted(path));
  return `# Completion of tierphone for bash, made from its commands.
_tierphone() {
	local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD - 1]}" at=${program.name()} word words=''
	COMPREPLY=()
	for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case "$at $word" in
		${inner.join(' | ')}) at="$at $word" ;;
		esac
	done
	case "$at $prev" in
${all.flatMap(({ path, command }) => command.options.flatMap((option) => valueCase(path, option))).join('\n')}
	esac
	case "$at" in
${all.map(({ path, command }) => wordsCase(path, command)).join('\n')}
	esac
	COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -F _tierphone ${program.name()}
`;
}

/** What follows an option that takes a value. */
function valueCase(path: string, option: Option): string[] {
  if (!option.required && !option.optional) return [];
  const names = [option.short, option.long].flatMap((name) => (name == null ? [] : quoted(`${path} ${name}`)));
  const value = /[<[]([^>\]]+)/.exec(option.flags)?.[1] ?? '';
  const choices = option.argChoices?.join(' ');
  const reply =
    choices !== undefined
      ? `COMPREPLY=($(compgen -W ${quoted(choices)} -- "$cur"))`
      : isPath(value)
        ? 'compopt -o default 2>/dev/null || :'
        : ':';
  return [`\t${names.join(' | ')})\n\t\t${reply}\n\t\treturn\n\t\t;;`];
}

/** What may stand in the place of a word: commands, else options; paths where the command takes such. */
function wordsCase(path: string, command: Command): string {
  const help = command.createHelp();
  const options = help.visibleOptions(command).flatMap(({ long, short }) => long ?? short ?? []);
  const words = [...help.visibleCommands(command).map((each) => each.name()), ...options].join(' ');
  const paths = command.registeredArguments.some((argument) => isPath(argument.name()));
  return `\t${quoted(path)})\n\t\twords=${quoted(words)}\n${paths ? '\t\tcompopt -o default 2>/dev/null || :\n' : ''}\t\t;;`;
}

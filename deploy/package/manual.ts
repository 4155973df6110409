import type { Command } from 'commander';

/** A page of the manual: its name in section 1, and its text in troff. */
export interface Page {
  readonly name: string;
  readonly text: string;
}

export interface Edition {
  readonly version: string;
  /** Seconds since 1970: the page's date. */
  readonly epoch: number;
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '"': '\\(dq',
};

/** Text of which troff takes nothing for a request or an escape; on one line. */
function plain(text: string): string {
  const escaped = [...text.replace(/\s+/g, ' ').trim()]
    .map(
      (one) =>
        SPECIAL[one] ?? (one > '~' ? `\\[u${one.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]` : one),
    )
    .join('');
  return escaped.startsWith('.') ? `\\&${escaped}` : escaped;
}

/** Pages of a program and of each of its commands, made of what `--help` is made of. */
export function manual(program: Command, edition: Edition): Page[] {
  const commands = below(program);
  const others = commands.map((command) => `${program.name()}-${command.name()}`);
  const page = (command: Command, path: string, seen: readonly string[]): Page => ({
    name: path.replaceAll(' ', '-'),
    text: `${[...head(path, edition), ...bodyOf(command, path), ...EXIT, ...see(seen)].join('\n')}\n`,
  });
  return [
    page(program, program.name(), others),
    ...commands.map((command) => page(command, `${program.name()} ${command.name()}`, [program.name()])),
  ];
}

/** Commands of a command, without the one that helps. */
const below = (command: Command): Command[] => command.commands.filter((each) => each.name() !== 'help');

function head(path: string, { version, epoch }: Edition): string[] {
  const title = path.replaceAll(' ', '-').toUpperCase();
  const day = new Date(epoch * 1_000).toISOString().slice(0, 10);
  return [`.TH ${plain(title)} 1 ${day} "tierphone ${version}"`];
}

function bodyOf(command: Command, path: string): string[] {
  const deep = path.includes(' ');
  const inner = below(command);
  return [
    '.SH NAME',
    `${plain(path.replaceAll(' ', '-'))} \\- ${plain(command.description().replace(/\.$/, ''))}`,
    '.SH SYNOPSIS',
    `.B ${plain(path)}`,
    plain(command.usage()),
    '.SH DESCRIPTION',
    plain(command.description()),
    ...terms(command),
    ...after(command),
    ...(inner.length > 0 ? ['.SH COMMANDS'] : []),
    ...inner.flatMap((each) => (deep ? section(each, path) : entry(each.name(), each.description()))),
  ];
}

/** A command within a command, whole. */
function section(command: Command, path: string): string[] {
  const inner = below(command);
  return [
    `.SS ${plain(`${path} ${command.name()} ${command.usage()}`)}`,
    plain(command.description()),
    ...terms(command, false),
    ...after(command),
    ...inner.flatMap((each) => section(each, `${path} ${command.name()}`)),
  ];
}

const entry = (term: string, text: string): string[] => ['.TP', `.B ${plain(term)}`, plain(text)];

/** Arguments and options. */
function terms(command: Command, titled = true): string[] {
  const help = command.createHelp();
  const options = help
    .visibleOptions(command)
    .map((option) => entry(help.optionTerm(option), help.optionDescription(option)));
  const given = help
    .visibleArguments(command)
    .map((argument) => entry(help.argumentTerm(argument), help.argumentDescription(argument)));
  const all = [...given, ...options].flat();
  return all.length > 0 && titled ? ['.SH OPTIONS', ...all] : all;
}

/** What `--help` says after all that, as which exit codes there are. */
function after(command: Command): string[] {
  let text = '';
  command.configureOutput({ writeOut: (piece) => (text += piece) }).outputHelp();
  const own = command.helpInformation();
  return text
    .slice(text.indexOf(own) + own.length)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => ['.PP', plain(line)]);
}

const EXIT = [
  '.SH EXIT STATUS',
  ...entry('0', 'Done.'),
  ...entry('1', 'Refused, or failed.'),
  ...entry('2', 'Not used as it should be.'),
  ...entry('3', 'Another runs in its place already.'),
];

const see = (names: readonly string[]): string[] => [
  '.SH SEE ALSO',
  ...names.map((name, n) => `.BR ${plain(name)} (1)${n < names.length - 1 ? ' ,' : ''}`),
];

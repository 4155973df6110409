import { styleText } from 'node:util';

/**
 * All that this program says goes out here, and nothing that came from outside (names, reasons, payloads of others) can move the
 * cursor, colour, hide, turn round or forge a line: what does so is taken out, and colour is asked for by `paint` alone.
 */

/** What is not seen itself but changes what is: control, format (the bidirectional ones too), lone surrogates, separators of lines. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** One line of text without what is not seen; line ends and tabs become spaces. */
export const clean = (text: string): string => text.replace(/[\s\u0085]/gu, ' ').replace(UNSEEN, '');

type Paint = Parameters<typeof styleText>[0];

/** Text in a colour. */
export interface Painted {
  readonly paint: Paint;
  readonly text: string;
}
export const paint = (how: Paint, text: string): Painted => ({ paint: how, text });

/** One line: text, or parts of it. */
export type Line = string | Painted | readonly (string | Painted)[];

const partsOf = (line: Line): readonly (string | Painted)[] =>
  typeof line === 'string' || 'paint' in line ? [line] : line;

/** A line as plain text. */
export const plain = (line: Line): string =>
  partsOf(line)
    .map((part) => clean(typeof part === 'string' ? part : part.text))
    .join('');

/** A line as a screen takes it. */
export const coloured = (line: Line): string =>
  partsOf(line)
    .map((part) =>
      typeof part === 'string' ? clean(part) : styleText(part.paint, clean(part.text), { validateStream: false }),
    )
    .join('');

const inColour = (stream: NodeJS.WriteStream) => stream.isTTY && process.env.NO_COLOR === undefined;

const say = (stream: NodeJS.WriteStream, line: Line): void => {
  stream.write(`${inColour(stream) ? coloured(line) : plain(line)}\n`);
};

/** Prints a line, coloured where a person looks on. */
export const print = (line: Line): void => say(process.stdout, line);

/** Says a line to whoever started the program, beside what it prints. */
export const complain = (line: Line): void => say(process.stderr, line);

/** Prints a text of our own making line by line: help, a drawing, a file. */
export function printText(text: string, stream: NodeJS.WriteStream = process.stdout): void {
  stream.write(text.split('\n').map(clean).join('\n'));
}

/** JSON in which what is not seen is escaped: nothing is lost. */
export const escaped = (json: string): string =>
  json.replace(UNSEEN, (one) =>
    one === '\n' ? one : [...Array(one.length).keys()].map((n) => `\\u${hex(one.charCodeAt(n))}`).join(''),
  );
const hex = (unit: number): string => unit.toString(16).padStart(4, '0');

/** Prints a value for machines; on one line unless `indent` says otherwise. */
export function printJson(value: unknown, indent?: number): void {
  process.stdout.write(`${escaped(JSON.stringify(value, null, indent))}\n`);
}

/** One line beside what is printed that changes in place while something takes long; nothing where nobody looks on. */
export function progressLine(): { tell: (text: string) => void; end: () => void } {
  const { stderr } = process;
  const put = (text: string) => (stderr.isTTY ? stderr.write(`\r\x1b[K${clean(text)}`) : false);
  return { tell: put, end: () => put('') };
}

/** One picture on the screen that changes in place. */
export function screen(): { readonly columns: number; draw: (lines: readonly Line[]) => void } {
  const out = process.stdout;
  let drawn = 0;
  return {
    get columns() {
      return out.columns || 80;
    },
    draw(lines) {
      // Up to where the last picture began, and everything below it gone.
      const back = drawn > 0 ? `\x1b[${drawn}A` : '';
      out.write(`${back}\r\x1b[J${lines.map((line) => `${inColour(out) ? coloured(line) : plain(line)}\n`).join('')}`);
      drawn = lines.length;
    },
  };
}

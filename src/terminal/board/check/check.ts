import { LineCounter, parseDocument } from 'yaml';
import { BoardFile } from '../file.ts';
import type { Path } from '../schema.ts';
import type { Finding, Rule } from './finding.ts';
import { hookDebounce, keyDebounce } from './rules/debounce.ts';
import { everyKeyOnce, everyKeyTyped, matrixShape } from './rules/keypad.ts';
import { rightChip, usedOnce, withinChip } from './rules/lines.ts';
import { freePin } from './rules/pins.ts';
import { lastingInput, lastingPort, usualSpeed } from './rules/serial.ts';
import { cardInHandset, namedCard, notSilent, ownRate } from './rules/sound.ts';
import { shapeFindings } from './shape.ts';

/** A finding at its line of the file; lines count from 1. */
export interface Fault extends Finding {
  readonly line: number;
  /** The setting, as `hardware.hook.debounce`; empty for the whole file. */
  readonly key: string;
}

/** What came of checking a file. */
export interface Checked {
  readonly faults: readonly Fault[];
  /** The board, where the file is one that a terminal takes. */
  readonly board: BoardFile | null;
  /** Finds the lines of what is found by other means, as on the machine itself. */
  readonly locate: (findings: readonly Finding[]) => readonly Fault[];
}

const RULES: readonly Rule[] = [
  usedOnce,
  rightChip,
  withinChip,
  freePin,
  matrixShape,
  everyKeyOnce,
  everyKeyTyped,
  hookDebounce,
  keyDebounce,
  lastingPort,
  lastingInput,
  usualSpeed,
  namedCard,
  cardInHandset,
  ownRate,
  notSilent,
];

/** Checks the text of a board file (JSON or YAML): everything that is wrong with it, in the order of its lines. Pure. */
export function checkBoard(text: string): Checked {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  // Of several the first is the cause; the others follow from it.
  const [broken] = document.errors;
  if (broken) {
    const fault = unreadable(lines.linePos(broken.pos[0]).line, broken.message);
    return { faults: [fault], board: null, locate: () => [] };
  }
  const file: unknown = document.toJS();
  const lineOf = (path: Path): number | null => {
    // A setting that is missing is looked for where it should be: in its parent.
    for (let depth = path.length; depth >= 0; depth--) {
      const node = document.getIn(path.slice(0, depth), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return lines.linePos(node.range[0]).line;
    }
    return null;
  };
  const across = RULES.flatMap((rule) => rule(file, lineOf));
  const shape = shapeFindings(file).filter((finding) => !across.some((other) => sameMatter(finding, other)));
  const result = BoardFile.safeParse(file);
  const locate = (findings: readonly Finding[]): readonly Fault[] =>
    findings
      .map((finding) => ({ ...finding, line: lineOf(finding.path) ?? 1, key: finding.path.join('.') }))
      .sort((a, b) => a.line - b.line);
  return { faults: locate([...shape, ...across]), board: result.success ? result.data : null, locate };
}

/** A check of the schema at a group of settings, when a rule has said it at the very setting. */
function sameMatter(shape: Finding, across: Finding): boolean {
  const within = shape.path.every((key, depth) => across.path[depth] === key);
  return shape.crosswise === true && across.level === 'error' && within;
}

const unreadable = (line: number, message: string): Fault => ({
  level: 'error',
  path: [],
  key: '',
  line,
  what: `neither JSON nor YAML: ${message.split('\n')[0]}`,
  why: 'Nothing in it can be read, so nothing else is checked.',
  remedy: 'Look for a comma, a quote or a bracket that is missing or too many, here or in the line before.',
});

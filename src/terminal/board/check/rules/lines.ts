import { Computer } from '../../file.ts';
import { type ComputerFacts, computerWith, factsOf } from '../../header.ts';
import { writtenAt } from '../../schema.ts';
import type { Finding, Rule, Written } from '../finding.ts';
import { type Use, usesOf } from '../uses.ts';

/** The computer that a file names; `any` where it names none, or none that is known. */
export const computerOf = (file: Written) => Computer.catch('any').parse(writtenAt(file, ['computer']));

/** A line serves one thing only. */
export const usedOnce: Rule = (file, lineOf) => {
  const uses = usesOf(file);
  return uses.flatMap((use, index): Finding[] => {
    const first = uses.findIndex(({ chip, offset }) => chip === use.chip && offset === use.offset);
    const other = uses[first];
    if (other === undefined || first === index) return [];
    const line = lineOf(other.path);
    return [
      {
        level: 'error',
        path: use.path,
        what: `line ${use.offset} of ${use.chip} is used twice: for ${other.what}${line ? ` (line ${line} of this file)` : ''} and for ${use.what}`,
        why: 'Two things on one line cannot be told apart, and the kernel gives the line to one only.',
        remedy: 'Give one of them a line of its own, and move its wire.',
      },
    ];
  });
};

/** Lines are on the chip that the computer has. */
export const rightChip: Rule = (file) => {
  const computer = computerOf(file);
  const facts = factsOf(computer);
  const uses = usesOf(file);
  if (!facts) return uses.slice(0, 1).map(({ path, chip }) => unnamed(path, chip));
  const strange = [...new Set(uses.map(({ chip }) => chip))].filter((chip) => chip !== facts.chip);
  return strange.flatMap((chip) => {
    const wrong = uses.filter((use) => use.chip === chip);
    return wrong.slice(0, 1).map((use) => strangeChip(use, wrong.length, facts));
  });
};

function unnamed(path: Use['path'], chip: string): Finding {
  const known = computerWith(chip);
  return {
    level: 'warning',
    path,
    what: '`computer` is not named',
    why: 'Without it nobody can tell which pin of which header a line is on: neither checked nor drawn.',
    remedy: known
      ? `The chip ${chip} is that of a ${known.title}: name it in \`computer\`.`
      : 'Name it in `computer` if it is one of those that are known.',
  };
}

function strangeChip({ path, chip }: Use, count: number, { title, chip: right }: ComputerFacts): Finding {
  const other = computerWith(chip);
  const lines = count === 1 ? 'this line is' : `${count} lines are`;
  return {
    level: 'error',
    path,
    what: `${lines} on the chip ${chip}, which a ${title} has not`,
    why: other
      ? `${chip} is the chip of a ${other.title}. The file would not start on a ${title}, whose header is on ${right}.`
      : `The header of a ${title} is on ${right}; no line would be found.`,
    remedy: other
      ? `Write ${right}/... for each, or name the other computer in \`computer\`.`
      : `Write ${right}/...; \`gpiodetect\` on the computer shows its chips.`,
  };
}

/** Offsets are within the chip. */
export const withinChip: Rule = (file) => {
  const facts = factsOf(computerOf(file));
  return usesOf(file)
    .filter(({ chip, offset }) => chip === facts?.chip && offset >= facts.lines)
    .map(({ path, chip, offset, what }) => ({
      level: 'error',
      path,
      what: `${chip} has no line ${offset}: it has 0 to ${(facts?.lines ?? 0) - 1}`,
      why: `The driver would not find the line for ${what}, and the phone would not start.`,
      remedy: 'Write the BCM number of the pin, not the number of the pin on the header and no global number.',
    }));
};

import { Duration } from '../../../../protocol/units.ts';
import { type Path, writtenAt } from '../../schema.ts';
import type { Finding, Rule, Written } from '../finding.ts';

/** Longer than this and people notice, ms. */
const LONG = 50;

function durationAt(file: Written, path: Path): number | null {
  const result = Duration.safeParse(writtenAt(file, path));
  return result.success ? result.data : null;
}

const isGpio = (file: Written) => writtenAt(file, ['hardware', 'kind']) === 'gpio';

/** The hook is debounced, and not for so long that a flick of it is lost. */
export const hookDebounce: Rule = (file) => {
  const path = ['hardware', 'hook', 'debounce'];
  const debounce = durationAt(file, path);
  if (debounce === 0)
    return [
      {
        // The firmware of a serial board may debounce the hook too; nothing stands before a GPIO line.
        level: isGpio(file) ? 'error' : 'warning',
        path,
        what: 'the hook is not debounced',
        why: 'A switch bounces for some milliseconds, and a handset that is knocked opens it for as long: each would end a call.',
        remedy: 'Write 20ms; up to 50ms for a worn switch.',
      },
    ];
  return debounce !== null && debounce > LONG ? [slow(path, debounce, 'the hook')] : [];
};

/** So are the keys of a matrix: no firmware does it for them. */
export const keyDebounce: Rule = (file) => {
  if (!isGpio(file)) return [];
  const path = ['hardware', 'keypad', 'debounce'];
  const debounce = durationAt(file, path);
  if (debounce === 0)
    return [
      {
        level: 'error',
        path,
        what: 'keys are not debounced',
        why: 'Each press would be read as two or three: PINs and numbers would be wrong.',
        remedy: 'Write 20ms.',
      },
    ];
  return debounce !== null && debounce > LONG ? [slow(path, debounce, 'a key')] : [];
};

const slow = (path: Path, debounce: number, what: string): Finding => ({
  level: 'warning',
  path,
  what: `${what} must stand still for ${debounce} ms to count`,
  why: 'Quick presses of a key run into one, and dial tone and hanging up come late enough to be noticed.',
  remedy: `Write 20ms, or at most ${LONG}ms for a worn switch.`,
});

import { type ClearText, clearTextAllowed } from '../protocol/clear.ts';
import { FileError } from './file.ts';
import { placeholdersIn } from './placeholders.ts';
import { print } from './print.ts';

/** What people should know of a configuration that can be used. */
export interface Remarks {
  /** Clear text that it allows. */
  readonly allowed: readonly string[];
  /** What is left in it of an example. */
  readonly left: readonly string[];
}

export const remarksOf = (config: object, clear: readonly ClearText[]): Remarks => ({
  allowed: clearTextAllowed(clear),
  left: placeholdersIn(config),
});

/** The answer of `--check`. @throws FileError where something of an example is left */
export function tellChecked(file: string, { allowed, left }: Remarks, well: string): void {
  for (const line of allowed) print(`${file}: ${line}`);
  if (left.length > 0) throw new FileError(left.map((line) => `${file}: ${line}`).join('\n'));
  print(`${file}: ${well}`);
}

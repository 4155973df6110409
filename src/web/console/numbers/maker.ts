import { words } from '../words/words.ts';

/** Who made something, in words: those who are no people have names of the platform's. */
export function makerOf(by: string): string {
  const { makers } = words.value.numbers;
  switch (by) {
    case 'site file':
      return makers.siteFile;
    case 'called party':
      return makers.calledParty;
    case 'learned':
      return makers.learned;
    default:
      return by;
  }
}

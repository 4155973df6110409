import type { z } from 'zod';
import type { Claimed, Claims } from '../../protocol/api/claims.ts';
import type { BoxSays } from '../../protocol/claim.ts';

type Claim = z.infer<typeof Claims>['items'][number];

const boxWords = ({ serial, model, version }: BoxSays): string => `serial ${serial}, ${model}, version ${version}`;
const minute = (moment: string): string => `${moment.slice(0, 16).replace('T', ' ')} UTC`;

/** What came of a claim, and what is still to be pressed at the phone. */
export const claimedLines = ({ terminal, unit, says, answer, replaced }: z.infer<typeof Claimed>): string[] => [
  `${terminal} in unit ${unit} is claimed (${boxWords(says)}); it tests itself`,
  ...(answer === null ? [] : [`now press these on the phone: ${answer}`]),
  ...(replaced === null ? [] : [`the phone that was there (serial ${replaced}) is dead`]),
];

/** A phone that was claimed, in a line. */
export function claimLine({ terminal, says, claimed, claimed_by, issued, certified_until }: Claim): string {
  const came = issued === null ? 'has not come for what it needs' : `has all it needs since ${minute(issued)}`;
  const until = certified_until === null ? '' : `; its certificate is good until ${minute(certified_until)}`;
  return `${terminal}  ${boxWords(says)}: claimed ${minute(claimed)} by ${claimed_by}; ${came}${until}`;
}

/** What the platform wants to be told, and the option of this program that tells it. */
const TOLD_BY: readonly (readonly [wanted: string, option: string])[] = [
  ['say that this one replaces it', '--replace'],
  ['say which phone it is, and in which unit', '--phone, --unit'],
  ['say in which unit it hangs', '--unit'],
];

/** A no of the platform, with the option that answers it. */
export function withOption(no: Error): Error {
  const [, option] = TOLD_BY.find(([wanted]) => no.message.endsWith(wanted)) ?? [];
  return option === undefined ? no : new Error(`${no.message}: ${option}`, { cause: no });
}

import { type Match, ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import type { Kysely } from 'kysely';
import type { StaffId } from '../../../protocol/api/people.ts';
import type { Schema } from '../../database/schema.ts';
import { HttpError } from '../../http/access.ts';

/** As many guesses a password must stand, of who tries what others choose first: ten thousand million. */
const GUESSES = 1e10;
/** Characters that are looked at: it takes longer than in proportion, and what is good by these is good. */
const LOOKED_AT = 64;

let estimate: ZxcvbnFactory | null = null;

/**
 * What others know of somebody and would try first: his name, his e-mail, the facilities that he works for.
 * @param staff null: who is the first, and works for none yet
 */
export async function knownOf(
  db: Kysely<Schema>,
  staff: StaffId | null,
  { email, name }: { readonly email: string; readonly name: string },
): Promise<string[]> {
  const facilities = await db
    .selectFrom('staff_roles')
    .innerJoin('facilities', 'facilities.id', 'staff_roles.facility')
    .select(['facilities.id', 'facilities.name'])
    .where('staff', '=', staff)
    .execute();
  const said = [
    email,
    ...email.split(/[@.]/),
    name,
    ...facilities.flatMap(({ id, name: of }) => [id, of]),
    'tierphone',
  ];
  const words = said.flatMap((text) => [text.replaceAll(/\s/g, ''), ...text.split(/\s+/)]);
  return [...new Set(words.map((word) => word.toLowerCase()))].filter((word) => word.length >= 3);
}

/** @throws HttpError 400 where others would guess it, from lists of what is chosen most or from what they know of him */
export function mustBeStrong(password: string, known: readonly string[]): void {
  estimate ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs, maxLength: LOOKED_AT });
  const { guesses, sequence } = estimate.check(password, [...known]);
  if (guesses < GUESSES)
    throw new HttpError(
      400,
      `password: ${whyOf(sequence)}. A few words that have nothing to do with one another are good`,
    );
}

function whyOf(sequence: readonly Match[]): string {
  const parts = sequence.map(({ pattern, dictionaryName }) => dictionaryName ?? pattern);
  if (parts.includes('userInputs')) return 'it is little more than a name, an e-mail or a facility';
  if (parts.every((part) => ['repeat', 'sequence', 'spatial', 'date'].includes(part)))
    return 'it is a row, a date or a repetition, which others try first';
  return 'it is too near to what many choose, which others try first';
}

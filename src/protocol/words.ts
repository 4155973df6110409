import type { z } from 'zod';

/** What stands for a kind of value in a file or a message, for people. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of settings',
  undefined: 'nothing',
  null: 'nothing',
};
const kindOf = (name: string): string => KINDS[name] ?? name;

/** What is counted where something is too long or too short. */
const COUNTED: Readonly<Record<string, string>> = { string: ' characters', array: ' entries' };

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'an id (UUID) is wanted',
  url: 'an address is wanted, as https://10.0.0.5',
  date: 'a date is wanted, as 2026-04-06',
  datetime: 'a time is wanted, as 2026-04-06T14:30:00Z',
};

/** What stands there, in a word: never the value itself, which may be a secret. */
function given(input: unknown): string {
  if (input === null || input === undefined) return 'nothing';
  if (Number.isNaN(input)) return 'something else';
  return Array.isArray(input) ? 'a list' : kindOf(typeof input);
}

/**
 * Says what a schema wants in our own words, where the schema itself does not: for `safeParse(value, { error: inWords })`.
 * It names no value that was given.
 */
export const inWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return `${kindOf(issue.expected)} is wanted, ${given(issue.input)} stands there`;
    case 'too_small':
      return `at least ${issue.minimum}${COUNTED[issue.origin] ?? ''} ${issue.origin in COUNTED ? 'are' : 'is'} wanted`;
    case 'too_big':
      return `at most ${issue.maximum}${COUNTED[issue.origin] ?? ''} ${issue.origin in COUNTED ? 'are' : 'is'} allowed`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'it is not in the form that is wanted';
    case 'invalid_value':
      return issue.values.length === 1
        ? `${String(issue.values[0])} is wanted`
        : `one of ${issue.values.map(String).join(', ')} is wanted`;
    case 'unrecognized_keys':
      return `there is no such setting: ${issue.keys.join(', ')}; check its spelling or remove it`;
    case 'invalid_union':
      return 'it is none of the forms that are wanted here';
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor} is wanted`;
    case 'invalid_key':
    case 'invalid_element':
      return 'one of its entries is not as it should be';
    default:
      return 'it is not as it should be';
  }
};

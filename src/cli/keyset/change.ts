import { calculateJwkThumbprint } from 'jose';
import { type KeyRequest, KeySet, type KeySetEntry, type Permit } from '../../protocol/key-set.ts';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import { permitsInWords } from './permits.ts';

/** What is to be different in the next set. */
export interface Change {
  readonly add: readonly KeyRequest[];
  /** What those that are added may; what they ask for where not given. */
  readonly may: readonly Permit[] | null;
  /** Until when those that are added count. */
  readonly until: Instant | null;
  /** Issuers whose keys are taken out. */
  readonly remove: readonly string[];
}

/** The next set, and what is different in it, a line each. */
export interface Next {
  readonly set: KeySet;
  readonly lines: readonly string[];
}

/**
 * The set that follows `before`, or the first.
 * @throws Error in one line where what is asked for cannot be
 */
export async function nextSet(
  facility: FacilityId,
  before: KeySet | null,
  change: Change,
  now: Instant,
): Promise<Next> {
  if (before !== null && before.facility !== facility)
    throw new Error(`the set of before is of facility ${before.facility}`);
  const keys = new Map((before?.keys ?? []).map((entry) => [entry.key.kid, entry]));
  const lines: string[] = [];
  for (const issuer of change.remove) {
    const entry = keys.get(issuer);
    if (!entry) throw new Error(`--remove ${issuer}: is not in the set`);
    lines.push(`${issuer} (${entry.name}) may order nothing any more; what stands by that key must be ordered anew`);
    keys.delete(issuer);
  }
  for (const request of change.add) {
    if (request.facility !== facility)
      throw new Error(`--add: ${request.key.kid} asks for facility ${request.facility}`);
    const entry: KeySetEntry = {
      key: request.key,
      name: request.name,
      may: [...(change.may ?? request.may)],
      until: change.until,
    };
    lines.push(await added(entry, keys.get(entry.key.kid), request));
    keys.set(entry.key.kid, entry);
  }
  const sequence = Math.max((before?.sequence ?? 0) + 1, Math.floor(now / 1_000));
  const set = KeySet.safeParse({ facility, sequence, since: now, keys: [...keys.values()] });
  if (set.success) return { set: set.data, lines };
  throw new Error(set.error.issues[0]?.message ?? 'the set is not as it should be');
}

async function added(entry: KeySetEntry, before: KeySetEntry | undefined, request: KeyRequest): Promise<string> {
  const thumbprint = await calculateJwkThumbprint(entry.key);
  const how =
    before === undefined ? 'is new' : before.key.x === entry.key.x ? 'is there already' : 'has ANOTHER KEY than before';
  const asked = permitsInWords(request.may);
  const may = permitsInWords(entry.may);
  return `${described(entry)} ${how}: may ${may}${may === asked ? '' : ` (asked for: ${asked})`}${end(entry)}; asked by ${request.by}; key ${thumbprint}`;
}

const described = ({ key, name }: KeySetEntry): string => `${key.kid} (${name})`;
const end = ({ until }: KeySetEntry): string => (until === null ? '' : `, until ${new Date(until).toISOString()}`);

/** A set in words, a line each. */
export async function setInWords({ facility, sequence, since, keys }: KeySet): Promise<string[]> {
  const head = `set ${sequence} of ${facility}, since ${new Date(since).toISOString()}: ${keys.length} keys`;
  const each = keys.map(
    async (entry) =>
      `${described(entry)}: may ${permitsInWords(entry.may)}${end(entry)}; key ${await calculateJwkThumbprint(entry.key)}`,
  );
  return [head, ...(await Promise.all(each))];
}

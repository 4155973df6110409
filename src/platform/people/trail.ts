import { createHash } from 'node:crypto';
import type { FacilityId, Instant } from '../../protocol/units.ts';
import type { Trx } from '../context.ts';
import type { Actor } from './actor.ts';
import type { Subject } from './tables.ts';

/** What was done or looked at. Nothing secret stands in it: a PIN that is set is told as `{ pin: 'set' }`. */
export interface Act {
  /** As `caller.admit`; one word for the thing and one for the deed. */
  readonly what: string;
  readonly subject?: Subject;
  readonly before?: object | null;
  readonly after?: object | null;
  readonly why?: string | null;
}

/** One line as its hash is made of it. */
export interface TrailLine {
  readonly chain: FacilityId | '';
  readonly number: number;
  readonly at: Instant;
  readonly actor_kind: 'person' | 'machine' | 'platform';
  readonly actor: string;
  readonly actor_name: string;
  readonly roles: string;
  readonly origin: string;
  readonly what: string;
  readonly subject: Subject | null;
  readonly before: object | null;
  readonly after: object | null;
  readonly why: string | null;
}

/** Who did it: who asked, or the platform itself. */
type Doer = Omit<Actor, 'kind'> & { readonly kind: TrailLine['actor_kind'] };

/**
 * Writes a line at the end of its chain, in the transaction in which the thing itself is done: neither is there without the other.
 * Lines of one chain wait for one another.
 */
export async function leaveTrail(
  trx: Trx,
  facility: FacilityId | null,
  who: Doer,
  { what, subject, before, after, why }: Act,
  at: Instant,
): Promise<void> {
  const chain = facility ?? '';
  await trx
    .insertInto('trail_heads')
    .values({ chain })
    .onConflict((on) => on.doNothing())
    .execute();
  const head = await trx
    .selectFrom('trail_heads')
    .select(['number', 'hash'])
    .where('chain', '=', chain)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const line: TrailLine = {
    ...{ chain, number: head.number + 1, at, actor_kind: who.kind, actor: who.id, actor_name: who.name },
    ...{ roles: rolesOf(who, facility), origin: who.from, what },
    ...{ subject: subject ?? null, before: before ?? null, after: after ?? null, why: why ?? null },
  };
  const hash = hashOf(line, head.hash);
  const text = (value: object | null): string | null => value && JSON.stringify(value);
  const kept = { subject: text(line.subject), before: text(line.before), after: text(line.after) };
  await trx
    .insertInto('trail')
    .values({ ...line, ...kept, hash })
    .execute();
  await trx.updateTable('trail_heads').set({ number: line.number, hash }).where('chain', '=', chain).execute();
}

const rolesOf = ({ kind, operator, roles, scopes }: Doer, facility: FacilityId | null): string =>
  kind === 'machine'
    ? `token for ${scopes?.join(', ') ?? 'all'}`
    : [...(operator ? ['operator'] : []), ...((facility && roles.get(facility)) ?? [])].join(', ');

/** SHA-256 over the hash of the line before and this line, whose fields stand in one order whatever the database made of them. */
export function hashOf(line: TrailLine, before: Uint8Array): Buffer {
  return createHash('sha256')
    .update(before)
    .update(JSON.stringify(inOrder(line)))
    .digest();
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, inOrder(inner)]),
  );
}

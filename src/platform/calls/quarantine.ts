import { createHash } from 'node:crypto';
import type { Control } from '../context.ts';

/** No more than this of one bad message is kept, and no more than so many messages, of all and of one phone. */
const KEPT_BYTES = 65_536;
const KEPT_ROWS = 10_000;
const KEPT_OF_ONE = 100;

/**
 * Keeps a record that cannot be read as it came, for people to look at. The same one is kept once. False where no more
 * is kept of that phone: what floods takes no other's room.
 */
export async function quarantine(
  { db, now }: Control,
  topic: string,
  payload: Buffer,
  reason: string,
): Promise<boolean> {
  const digest = createHash('sha256').update(topic).update(payload).digest();
  const { rows, ofOne, known } = await db
    .selectFrom('quarantine')
    .select((eb) => [
      eb.fn.countAll<number>().as('rows'),
      eb.fn.countAll<number>().filterWhere('topic', '=', topic).as('ofOne'),
      eb.fn.countAll<number>().filterWhere('digest', '=', digest).as('known'),
    ])
    .executeTakeFirstOrThrow();
  if (known > 0) return true;
  if (ofOne >= KEPT_OF_ONE) return false;
  if (rows >= KEPT_ROWS) throw new Error(`the quarantine is full at ${KEPT_ROWS} messages: look into it and empty it`);
  await db
    .insertInto('quarantine')
    .values({
      digest,
      at: now(),
      topic,
      reason: reason.slice(0, 1_000),
      payload: payload.subarray(0, KEPT_BYTES),
    })
    .onConflict((c) => c.column('digest').doNothing())
    .execute();
  return true;
}

import { createHash } from 'node:crypto';
import type { Control } from '../context.ts';

/** No more than this of one bad message is kept, and no more than so many messages. */
const KEPT_BYTES = 65_536;
const KEPT_ROWS = 10_000;

/** Keeps a record that cannot be read as it came, for people to look at. The same one is kept once. */
export async function quarantine({ db, now }: Control, topic: string, payload: Buffer, reason: string): Promise<void> {
  const { rows } = await db
    .selectFrom('quarantine')
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  if (rows >= KEPT_ROWS) throw new Error(`the quarantine is full at ${KEPT_ROWS} messages: look into it and empty it`);
  await db
    .insertInto('quarantine')
    .values({
      digest: createHash('sha256').update(topic).update(payload).digest(),
      at: now(),
      topic,
      reason: reason.slice(0, 1_000),
      payload: payload.subarray(0, KEPT_BYTES),
    })
    .onConflict((c) => c.column('digest').doNothing())
    .execute();
}

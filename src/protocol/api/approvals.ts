import { z } from 'zod';
import { FacilityPath } from './live.ts';
import { Moment } from './wire.ts';

/** What wants a second person where the site says so: what releases the facility's lockdown, and a set of keys. */
export const Approvable = z.enum(['lockdown', 'keys']);
export type Approvable = z.infer<typeof Approvable>;

export const ApprovalPath = FacilityPath.extend({ approval: z.uuid() });

/** SHA-256 of what is to be done, in hexadecimal. */
const Digest = z.string().regex(/^[0-9a-f]{64}$/, 'the digest is wanted that the list tells');

/** Somebody has asked for it, and it waits for somebody else. */
export const Waiting = z.strictObject({
  approval: z.uuid(),
  by: z.string(),
  /** Whether he who looks asked for it himself: then it is for somebody else. */
  own: z.boolean(),
  at: Moment,
  expires: Moment,
  digest: Digest,
  /** What it would do, in what the trail says of it too. */
  told: z.record(z.string(), z.unknown()),
});
export type Waiting = z.infer<typeof Waiting>;

/** The second person's word, on what he has seen: `digest` is that of the list. */
export const Decision = z.strictObject({ decision: z.enum(['approve', 'decline']), digest: Digest });

/** Until when it waits for a second person; null where it is done. */
export const Waits = z.strictObject({ waits: Moment.nullable() });

import { z } from 'zod';
import { Moment, Paging, pageOf } from './wire.ts';

/** What is looked for in the trail. */
export const TrailWanted = z.strictObject({
  what: z.string().max(100).optional().describe('as caller.admit'),
  actor: z.string().max(200).optional().describe('the id of who did it, or his name'),
  /** As `caller:doe`: the kind and the name of what it was about. */
  subject: z
    .string()
    .max(200)
    .regex(/^[a-z-]+:.+$/, 'a kind and a name are wanted, as caller:doe')
    .optional(),
  from: Moment.optional(),
  to: Moment.optional(),
  text: z.string().max(200).optional().describe('stands somewhere in the line'),
});

/** The same, in pieces. */
export const TrailQuery = TrailWanted.extend(Paging.shape);

/** A line of the trail, the latest first. */
const TrailItem = z.strictObject({
  number: z.int(),
  at: Moment,
  actor_kind: z.enum(['person', 'machine', 'platform']),
  actor: z.string(),
  actor_name: z.string(),
  roles: z.string(),
  origin: z.string(),
  what: z.string(),
  subject: z.record(z.string(), z.string()).nullable(),
  before: z.record(z.string(), z.unknown()).nullable(),
  after: z.record(z.string(), z.unknown()).nullable(),
  why: z.string().nullable(),
  /** SHA-256, in hexadecimal. */
  hash: z.string(),
});
export const TrailPage = pageOf(TrailItem);

import { z } from 'zod';

/** The name of the manifest in the archive, where it is the last: without it an archive is not whole. */
export const MANIFEST = 'manifest.json';
/** The folder of the pieces of the database in the archive, and of the files. */
export const [DATABASE, FILES] = ['database/', 'files/'];
/** Where the platform's configuration stands in the archive. */
export const CONFIGURATION = 'platform.yaml';

const Sum = z.strictObject({ bytes: z.int().nonnegative(), sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** A file as it was on the machine that was backed up. */
const ArchivedFile = Sum.extend({
  /** What in the configuration named it; `platform.yaml` is the configuration itself. */
  setting: z.string().regex(/^[\w.-]{1,200}$/),
  mode: z.int().min(0).max(0o777),
  /** By name, since numbers are others on another machine; null where it has none. */
  owner: z.string().max(64).nullable(),
  group: z.string().max(64).nullable(),
});
export type ArchivedFile = z.infer<typeof ArchivedFile>;

/** What was there as the dump began; calls that were made meanwhile are in it or not. */
const Holdings = z.strictObject({
  facilities: z.int(),
  callers: z.int(),
  phones: z.int(),
  records: z.int(),
  /** What all accounts have that are of people, in millionths of a dollar. */
  balances: z.int(),
  /** When the newest record came, ms since 1970; null where there is none. */
  last: z.int().nullable(),
});
export type Holdings = z.infer<typeof Holdings>;

/** What is in an archive: its last entry. */
export const Manifest = z.strictObject({
  format: z.literal(1),
  /** Version of the program that made it. */
  program: z.string(),
  /** The newest of the migrations that its database has had. */
  schema: z.string(),
  /** When, ms since 1970. */
  made: z.int(),
  /** The platform's fingerprint, which its phones know: the thumbprint of the key by which its replies are signed. */
  platform: z.string(),
  database: Sum.extend({ kind: z.enum(['postgres', 'embedded']) }),
  files: z.array(ArchivedFile).max(10_000),
  holds: Holdings,
});
export type Manifest = z.infer<typeof Manifest>;

import { z } from 'zod';

/** What backups are encrypted to; whether its last letters fit the others is looked at when the platform starts. */
const Recipient = z.string().regex(/^age1[02-9ac-hj-np-z]{1,4000}$/, {
  error: 'a recipient is wanted as tierphone backup keygen prints it, age1…',
});

/** Who may read backups: it stands in the file, so that no account of the platform can add itself. */
export const BackupConfig = z.strictObject({ recipients: z.array(Recipient).min(1).max(16) });
export type BackupConfig = z.infer<typeof BackupConfig>;

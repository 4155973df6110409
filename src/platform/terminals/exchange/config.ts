import { z } from 'zod';
import type { ClearText } from '../../../protocol/clear.ts';
import { clearSignalling, Trunk } from '../../../protocol/trunk.ts';

const path = z.string().min(1);

const shape = {
  /** What the trunk of every phone is, all but user and password. Its realm is its domain where not given. */
  trunk: Trunk.omit({ user: true, password: true }),
  /** File (PEM): the authority of the exchange's certificate, which phones and `control` trust in place of the system's. */
  ca: path.optional(),
  /** By which the exchange challenges (RFC 8760). */
  algorithm: z.enum(['MD5', 'SHA-256']).default('MD5'),
};

const AccountFile = z.strictObject({
  kind: z.literal('file'),
  ...shape,
  /** The list of accounts, which is this platform's alone to write. */
  file: path,
  /** Program and its arguments, run after each change, without a shell. */
  reload: z.array(z.string().min(1)).min(1).max(32).optional(),
});
export type AccountFileConfig = z.infer<typeof AccountFile>;

/** Where phones have their accounts to call by; without it each phone's file says so. */
export const ExchangeConfig = z.discriminatedUnion('kind', [AccountFile]);
export type ExchangeConfig = z.infer<typeof ExchangeConfig>;

/** What phones will tell the exchange in clear text off their machine. */
export const clearExchange = ({ trunk }: Pick<ExchangeConfig, 'trunk'>): ClearText[] =>
  clearSignalling(trunk, ['exchange', 'trunk', 'server']);

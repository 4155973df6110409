import { createHash, randomBytes } from 'node:crypto';

/** 32 random bytes, as they stand in a cookie, a link or a token. */
export const mint = (): string => randomBytes(32).toString('base64url');

/** What is kept of them: SHA-256, which nobody turns back since there is nothing to guess. */
export const digest = (minted: string): Buffer => createHash('sha256').update(minted).digest();

import { generateX25519Identity, identityToRecipient } from 'age-encryption';

/** A key pair of age (age-encryption.org/v1, X25519): who has the identity reads what was encrypted to the recipient. */
export interface Identity {
  /** The file of the identity, as `age-keygen` writes it too. */
  readonly text: string;
  /** For `backup.recipients` of the platform's configuration. */
  readonly recipient: string;
}

/** Makes a key pair for backups. */
export async function makeIdentity(now: Date): Promise<Identity> {
  const secret = await generateX25519Identity();
  const recipient = await identityToRecipient(secret);
  return { text: `# created: ${now.toISOString()}\n# public key: ${recipient}\n${secret}\n`, recipient };
}

/** The identities in a file of them. @throws Error where there is none */
export function identitiesIn(text: string): string[] {
  const found = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^AGE-SECRET-KEY-(PQ-)?1[0-9A-Z]+$/.test(line));
  if (found.length === 0) throw new Error('no key is in it that opens backups: tierphone backup keygen makes one');
  return found;
}

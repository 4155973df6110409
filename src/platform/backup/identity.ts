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

import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { TerminalPrivateKey } from '../../protocol/keys.ts';
import { openDocument } from './document.ts';
import type { StorageLog } from './journal.ts';

/** The file of a terminal's own key, in its data folder. */
export const keyFile = (folder: string): string => join(folder, 'terminal.key.json');

/** The key with which this terminal signs what it says of itself: made at its first start, and anew where it was damaged. */
export async function openKey(folder: string, log: StorageLog): Promise<TerminalPrivateKey> {
  const document = await openDocument(keyFile(folder), TerminalPrivateKey.nullable(), null, { log });
  if (document.value !== null) return document.value;
  const { privateKey } = await generateKeyPair('Ed25519', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const key = TerminalPrivateKey.parse({ ...jwk, kid: await calculateJwkThumbprint(jwk) });
  await document.write(key);
  return key;
}

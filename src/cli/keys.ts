import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import type { z } from 'zod';
import { Issuer, OrderKeys, OrderPrivateKey, PlatformKeys, PlatformPrivateKeys } from '../protocol/keys.ts';
import type { LockdownOrder } from '../protocol/lockdown.ts';
import { signOrder } from '../protocol/signing.ts';
import { FacilityId, type Instant } from '../protocol/units.ts';
import { print, printJson } from './print.ts';
import { checked, strict } from './usage.ts';

const SECRET = 0o600;
const PUBLIC = 0o644;

/** What `makeKeys` writes: the name of each file, who needs it, and who may read it. */
const FILES = {
  orderKey: { name: 'orders.key.json', mode: SECRET, use: 'signs orders: for staff, on no terminal' },
  orders: { name: 'orders.json', mode: PUBLIC, use: 'for terminals: whose orders they obey' },
  first: {
    name: 'first-order.jws',
    mode: PUBLIC,
    use: "for the platform: opens the facility when it is new (orders: in the platform's file)",
  },
  platformKey: {
    name: 'platform.key.json',
    mode: SECRET,
    use: 'opens sealed PINs, signs replies: for the platform alone',
  },
  platform: {
    name: 'platform.json',
    mode: PUBLIC,
    use: 'for terminals: to seal PINs to the platform and to know its replies',
  },
  pepper: {
    name: 'pepper',
    mode: SECRET,
    use: 'hashes PINs: for the platform alone; lost, every PIN must be set anew',
  },
  voiceprints: {
    name: 'voiceprints',
    mode: SECRET,
    use: 'encrypts voiceprints: for the platform alone; lost, every caller must enrol anew',
  },
  ca: {
    name: 'ca.pem',
    mode: SECRET,
    use: 'signs the certificates of phones: for the platform alone (keys.ca); lost, every phone must be given one anew',
  },
  caCertificate: {
    name: 'ca.crt',
    mode: PUBLIC,
    use: 'for the broker: by it it knows the phones that the platform gave certificates (tierphone-phones.conf)',
  },
} as const;

/**
 * Makes the keys of one facility in `folder`, which is made where it is missing, with the order that puts it in service; gives what it wrote.
 * @throws Error where one of the files is there already: it is not overwritten.
 */
export async function makeKeys(
  folder: string,
  { facility, issuer, now }: { facility: FacilityId; issuer: string; now: Instant },
): Promise<readonly { file: string; use: string }[]> {
  for (const { name } of Object.values(FILES)) {
    if (existsSync(join(folder, name))) throw new Error(`${join(folder, name)}: is there already: move it away first`);
  }
  const signing = await pair('Ed25519');
  const sealing = await pair('X25519');
  const replies = await pair('Ed25519');
  const kid = await calculateJwkThumbprint(replies.publicKey);
  // Loaded here: what makes certificates takes longer to load than most commands take.
  const { makeAuthority } = await import('../platform/terminals/certificates/authority.ts');
  const authority = await makeAuthority(facility, now);
  const orderKey = OrderPrivateKey.parse({ ...signing.privateKey, kid: issuer });
  const first: LockdownOrder = {
    ...{ scope: { kind: 'facility', facility }, state: 'open', mode: 'drain', reason: 'in service', issuer },
    // Below the sequence of all that is given later: that is never less than its time.
    ...{ sequence: 1, since: now, until: null },
  };
  const content: Record<keyof typeof FILES, string> = {
    orderKey: json(orderKey),
    first: await signOrder(first, orderKey),
    orders: json(OrderKeys.parse({ keys: [{ ...signing.publicKey, kid: issuer }] })),
    platformKey: jwkSet(PlatformPrivateKeys, [sealing.privateKey, { ...replies.privateKey, kid }]),
    platform: jwkSet(PlatformKeys, [sealing.publicKey, { ...replies.publicKey, kid }]),
    // As text, so that it can be copied; without a newline, so that every reader sees the same bytes.
    pepper: randomBytes(32).toString('base64url'),
    voiceprints: randomBytes(32).toString('base64url'),
    ca: authority.key + authority.certificate,
    caCertificate: authority.certificate,
  };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = Object.keys(FILES) as (keyof typeof FILES)[];
  for (const key of names) {
    await writeFile(join(folder, FILES[key].name), content[key], { mode: FILES[key].mode, flag: 'wx' });
  }
  return names.map((key) => ({ file: join(folder, FILES[key].name), use: FILES[key].use }));
}

async function pair(crv: 'Ed25519' | 'X25519') {
  const { privateKey, publicKey } = await generateKeyPair(crv === 'Ed25519' ? crv : 'ECDH-ES', {
    crv,
    extractable: true,
  });
  return { privateKey: await exportJWK(privateKey), publicKey: await exportJWK(publicKey) };
}

/** A set as a file, once its reader has taken it. */
function jwkSet(reader: z.ZodType, keys: readonly object[]): string {
  reader.parse({ keys });
  return json({ keys });
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** `tierphone keys`: makes the keys with which a site starts. */
export function keysCommand(): Command {
  const command = new Command('keys')
    .description(
      'Make the keys of a facility: to sign orders, to seal PINs, to hash PINs, to encrypt voiceprints, to certify phones; and sign the order that opens it. Nothing is overwritten.',
    )
    .argument('<folder>', 'where they go')
    .option(
      '-i, --issuer <name>',
      'who signs orders with the key; stands in every order',
      checked(Issuer),
      'control-room',
    )
    .requiredOption('-f, --facility <id>', 'whose first order is signed', checked(FacilityId))
    .option('--json', 'print what was made as JSON')
    .action(async (folder: string, options: { facility: FacilityId; issuer: string; json?: true }) => {
      const made = await makeKeys(folder, { ...options, now: Date.now() as Instant });
      if (options.json) return printJson({ issuer: options.issuer, files: made });
      for (const { file, use } of made) print(`${file}: ${use}`);
    });
  return strict(command);
}

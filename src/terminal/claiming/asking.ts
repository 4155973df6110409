import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import {
  type BoxAsks,
  type BoxSays,
  type Codes,
  codesOf,
  commitmentTo,
  signProof,
  verifyOffer,
} from '../../protocol/claim.ts';
import {
  SealingPrivateKey,
  SealingPublicKey,
  type TerminalPrivateKey,
  TerminalPublicKey,
} from '../../protocol/keys.ts';
import { SignatureError } from '../../protocol/signed.ts';
import type { Instant } from '../../protocol/units.ts';
import { openVoucher, type Voucher } from '../../protocol/voucher.ts';
import type { PlatformDoor } from './door.ts';

/** A box that has asked, and waits for somebody to type its code. */
export interface Asking {
  readonly codes: Codes;
  /** The platform is the one whose fingerprint the box has; else people must make certain, by the answer. */
  readonly certain: boolean;
  /** By the platform's clock. */
  readonly expires: Instant;
  /** Null while nobody has typed the code. @throws Refused where it has run out; SignatureError where what came is not the platform's word */
  voucher(): Promise<Voucher | null>;
}

/** Who asks, and whom it wants to have found. */
export interface Box {
  readonly says: BoxSays;
  readonly key: TerminalPrivateKey;
}

/**
 * Meets a platform: from then on there is a code.
 * @param fingerprint the thumbprint (RFC 7638) of its key; null where the box was not told, so that people must make certain
 * @throws SignatureError where it is another platform; Refused; Error where nobody answers
 */
export async function askForCode(door: PlatformDoor, { says, key }: Box, fingerprint: string | null): Promise<Asking> {
  const sealing = await sealingKey();
  const nonce = randomBytes(32).toString('base64url');
  const { d: _, ...own } = key;
  const { d: __, ...sealTo } = sealing;
  const keys = { key: TerminalPublicKey.parse(own), sealing: SealingPublicKey.parse(sealTo) };
  const asks: BoxAsks = { says, ...keys, commitment: await commitmentTo(nonce, keys), unsure: fingerprint === null };
  const { offer: signed, platform } = await door.meet(asks);
  if ((await calculateJwkThumbprint(platform)) !== platform.kid)
    throw new SignatureError("the platform's key bears the name of another");
  if (fingerprint !== null && platform.kid !== fingerprint)
    throw new SignatureError(`this is another platform: its fingerprint is ${platform.kid}, not ${fingerprint}`);
  const offer = await verifyOffer(signed, platform);
  if (offer.key !== key.kid) throw new SignatureError('the offer is for another box');
  await door.open(offer.box, nonce);
  const codes = await codesOf({ asks, platform, nonces: { box: nonce, platform: offer.nonce } });
  const proof = await signProof({ box: offer.box, nonce: offer.nonce }, key);
  return {
    codes,
    certain: fingerprint !== null,
    expires: offer.expires,
    voucher: async () => {
      const sealed = await door.voucher(offer.box, proof);
      return sealed === null ? null : openVoucher(sealed, { sealing, by: platform, box: offer.box, key: key.kid });
    },
  };
}

/** A key for this asking alone: what was sealed to it is closed for good once it is over. */
async function sealingKey(): Promise<SealingPrivateKey> {
  const { privateKey } = await generateKeyPair('ECDH-ES', { crv: 'X25519', extractable: true });
  return SealingPrivateKey.parse(await exportJWK(privateKey));
}

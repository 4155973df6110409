import { CompactEncrypt, compactDecrypt } from 'jose';
import { z } from 'zod';
import { brokerUrl } from './broker.ts';
import { BoxSays } from './claim.ts';
import {
  OrderKeys,
  type ReplyPrivateKey,
  ReplyPublicKey,
  RootPublicKey,
  type SealingPrivateKey,
  SealingPublicKey,
  Thumbprint,
} from './keys.ts';
import { type Purpose, SignatureError, sign, verify } from './signed.ts';
import { ExchangeLogin } from './trunk.ts';
import { FacilityId, TerminalId, UnitId } from './units.ts';

/** Certificates or a key (PEM). */
const Pem = z
  .string()
  .max(32_768)
  .regex(/^-----BEGIN [A-Z ]+-----\n/, 'PEM is wanted');

/** All that makes a box the phone of a place. It is good for the box and the asking that it names. */
export const Voucher = z.strictObject({
  box: z.uuid(),
  key: Thumbprint,
  /** Of the hardware that it was given to: a card that is put into another, or copied, is no phone there. */
  serial: BoxSays.shape.serial,
  facility: FacilityId,
  unit: UnitId,
  terminal: TerminalId,
  /** The broker, and who the phone is there. */
  mqtt: z.strictObject({
    url: brokerUrl('username and password beside it'),
    insecure: z.boolean(),
    /** The authority of the broker's certificate, where it is not one of the system's. */
    ca: Pem.nullable(),
    username: z.string().max(128).nullable(),
    password: z.string().max(128).nullable(),
    /** What the broker knows the phone's own key by; null where it goes by the password. */
    certificate: Pem.nullable(),
  }),
  /** The exchange, and who the phone is there; null where its own file says. */
  sip: ExchangeLogin.nullable(),
  /** Whose orders it obeys: the root key of the site, or a fixed set. */
  obeys: z.union([z.strictObject({ root: RootPublicKey }), z.strictObject({ orders: OrderKeys })]),
  /** What it knows the platform by. */
  platform: z.strictObject({
    sealing: SealingPublicKey,
    replies: z.array(ReplyPublicKey).min(1).max(7),
    /** Where its certificate is renewed; of a voucher of before, where its file finds the platform. */
    url: z.url().optional(),
  }),
});
export type Voucher = z.infer<typeof Voucher>;

const VOUCHER: Purpose = { typ: 'tierphone-voucher', audience: 'tierphone-box' };
const SEALED = { alg: 'ECDH-ES', enc: 'A256GCM', typ: 'tierphone-voucher' } as const;

/** Signs a voucher and seals it to the key of its asking: compact JWE around a compact JWS (RFC 7519 11.2). */
export async function sealVoucher(voucher: Voucher, by: ReplyPrivateKey, to: SealingPublicKey): Promise<string> {
  const signed = await sign(VOUCHER, voucher, by);
  return new CompactEncrypt(new TextEncoder().encode(signed)).setProtectedHeader(SEALED).encrypt(to);
}

/** @throws SignatureError where it is not what the platform `by` made for this asking of this box */
export async function openVoucher(
  sealed: string,
  {
    sealing,
    by,
    box,
    key,
  }: { readonly sealing: SealingPrivateKey; readonly by: ReplyPublicKey } & Pick<Voucher, 'box' | 'key'>,
): Promise<Voucher> {
  const ways = { keyManagementAlgorithms: [SEALED.alg], contentEncryptionAlgorithms: [SEALED.enc] };
  const { plaintext } = await compactDecrypt(sealed, sealing, ways).catch((cause: unknown) => {
    throw new SignatureError('the voucher cannot be opened: it is damaged, or sealed to another key', { cause });
  });
  const named = ({ kid }: { kid: unknown }) => {
    if (kid !== by.kid) throw new SignatureError('the voucher is by another platform');
    return by;
  };
  const { content } = await verify(VOUCHER, new TextDecoder().decode(plaintext), named, Voucher);
  if (content.box !== box || content.key !== key) throw new SignatureError('the voucher is for another box');
  return content;
}

import { z } from 'zod';

const part = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url are wanted');

/** What names a key by itself (RFC 7638, SHA-256). */
export const Thumbprint = part;
const common = { kty: z.literal('OKP'), use: z.string().exactOptional(), alg: z.string().exactOptional() };

/** Who an order's signature is by; the `kid` of his key. */
export const Issuer = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/, 'an issuer: letters, digits and . _ @ - are allowed, 64 at most');

/** Public Ed25519 key of one issuer of orders (RFC 8037). A private part is refused: it has no place on a terminal. */
export const OrderPublicKey = z.strictObject({ ...common, crv: z.literal('Ed25519'), kid: Issuer, x: part });

/** The JWK set of `keys.orders` in a terminal's configuration: whose orders it obeys. */
export const OrderKeys = z
  .strictObject({ keys: z.array(OrderPublicKey).min(1).max(32) })
  .refine((set) => new Set(set.keys.map((key) => key.kid)).size === set.keys.length, 'two keys have the same kid');
export type OrderKeys = z.infer<typeof OrderKeys>;

/** Private Ed25519 key with which an issuer signs his orders. */
export const OrderPrivateKey = OrderPublicKey.extend({ d: part });
export type OrderPrivateKey = z.infer<typeof OrderPrivateKey>;

/** A key that is named by its thumbprint (RFC 7638). */
const thumbprinted = { ...common, crv: z.literal('Ed25519'), kid: Thumbprint, x: part };

/** Public Ed25519 key of a site's root: what it signs says whose key may order what. */
export const RootPublicKey = z.strictObject(thumbprinted);
export type RootPublicKey = z.infer<typeof RootPublicKey>;

/** Private Ed25519 key of a site's root, kept off line. */
export const RootPrivateKey = RootPublicKey.extend({ d: part });
export type RootPrivateKey = z.infer<typeof RootPrivateKey>;

/** Public Ed25519 key of a terminal. */
export const TerminalPublicKey = z.strictObject(thumbprinted);
export type TerminalPublicKey = z.infer<typeof TerminalPublicKey>;

/** Private Ed25519 key with which a terminal signs what it says of itself; it never leaves its disk. */
export const TerminalPrivateKey = TerminalPublicKey.extend({ d: part });
export type TerminalPrivateKey = z.infer<typeof TerminalPrivateKey>;

/** Public X25519 key of the platform, to which a terminal seals PINs (RFC 8037). */
export const SealingPublicKey = z.strictObject({
  ...common,
  crv: z.literal('X25519'),
  kid: z.string().exactOptional(),
  x: part,
});
export type SealingPublicKey = z.infer<typeof SealingPublicKey>;

/** Private X25519 key with which the platform opens sealed PINs. */
export const SealingPrivateKey = SealingPublicKey.extend({ d: part });
export type SealingPrivateKey = z.infer<typeof SealingPrivateKey>;

/** Public Ed25519 key by which a terminal knows an answer of the platform. */
export const ReplyPublicKey = z.strictObject(thumbprinted);
export type ReplyPublicKey = z.infer<typeof ReplyPublicKey>;

/** Private Ed25519 key with which the platform signs its answers. */
export const ReplyPrivateKey = ReplyPublicKey.extend({ d: part });
export type ReplyPrivateKey = z.infer<typeof ReplyPrivateKey>;

const is = (crv: 'X25519' | 'Ed25519') => (key: { crv: string }) => key.crv === crv;

/** What a terminal knows the platform by. Two keys of replies: the old and the new, while they are changed. */
export const PlatformKeys = z
  .strictObject({ keys: z.array(z.discriminatedUnion('crv', [SealingPublicKey, ReplyPublicKey])).max(8) })
  .refine(({ keys }) => keys.filter(is('X25519')).length === 1, 'one X25519 key is wanted, to seal PINs to')
  .refine(({ keys }) => keys.some(is('Ed25519')), 'an Ed25519 key is wanted, which signs replies')
  .transform(({ keys }) => ({
    sealing: keys.find((key): key is SealingPublicKey => key.crv === 'X25519') as SealingPublicKey,
    replies: keys.filter((key): key is ReplyPublicKey => key.crv === 'Ed25519'),
  }));
export type PlatformKeys = z.infer<typeof PlatformKeys>;

/** The platform's own secrets: to open PINs, and to sign replies. */
export const PlatformPrivateKeys = z
  .strictObject({ keys: z.array(z.discriminatedUnion('crv', [SealingPrivateKey, ReplyPrivateKey])).length(2) })
  .transform(({ keys }, context) => {
    const sealing = keys.find((key): key is SealingPrivateKey => key.crv === 'X25519');
    const replies = keys.find((key): key is ReplyPrivateKey => key.crv === 'Ed25519');
    if (sealing && replies) return { sealing, replies };
    context.addIssue({ code: 'custom', message: 'one X25519 key and one Ed25519 key are wanted' });
    return z.NEVER;
  });
export type PlatformPrivateKeys = z.infer<typeof PlatformPrivateKeys>;

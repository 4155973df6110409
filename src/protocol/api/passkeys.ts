import { z } from 'zod';
import { Line, Moment } from './wire.ts';

/** Bytes of WebAuthn as they stand in JSON (base64url without padding). */
const Bytes = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[\w-]+$/, 'base64url is wanted')
    .meta({ examples: ['AAAA'] });
/** The id that an authenticator gives to a passkey: up to 1,023 bytes. */
export const PasskeyId = Bytes(1_364);

const Transport = z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']);
export type Transport = z.infer<typeof Transport>;
const Known = z.object({ id: PasskeyId, type: z.literal('public-key'), transports: z.array(Transport) });
const Verification = z.enum(['required', 'preferred']);

/** What a browser is asked to sign with a passkey (PublicKeyCredentialRequestOptionsJSON); none allowed by name: with any it has for this site. */
export const PasskeyAsk = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.number(),
  userVerification: Verification,
  allowCredentials: z.array(Known).exactOptional(),
});

/** What it gives for that (AuthenticationResponseJSON). What else browsers send is left out. */
export const PasskeyProof = z.object({
  id: PasskeyId,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Bytes(4_000),
    authenticatorData: Bytes(4_000),
    signature: Bytes(8_000),
    userHandle: Bytes(100).exactOptional(),
  }),
});
export type PasskeyProof = z.infer<typeof PasskeyProof>;

/** What a browser is asked to make a passkey of (PublicKeyCredentialCreationOptionsJSON). */
export const PasskeyOffer = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
  timeout: z.number(),
  attestation: z.literal('none'),
  excludeCredentials: z.array(Known),
  authenticatorSelection: z.object({ residentKey: z.literal('preferred'), userVerification: Verification }),
});

/** The passkey that was made (RegistrationResponseJSON), with the name that its owner gives it. */
export const NewPasskey = z.strictObject({
  name: Line(60),
  made: z.object({
    id: PasskeyId,
    type: z.literal('public-key'),
    response: z.object({
      clientDataJSON: Bytes(4_000),
      attestationObject: Bytes(20_000),
      // One that is not known yet is left out: it is a hint alone.
      transports: z
        .array(
          Transport.or(
            z
              .string()
              .max(40)
              .transform(() => null),
          ),
        )
        .max(10)
        .default([])
        .transform((all) => all.filter((one) => one !== null)),
    }),
  }),
});
export type NewPasskey = z.infer<typeof NewPasskey>;

/** One's own passkeys, the newest last. */
export const Passkeys = z.strictObject({
  items: z.array(z.strictObject({ id: PasskeyId, name: z.string(), made: Moment, used: Moment.nullable() })),
});

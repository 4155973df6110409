import { z } from 'zod';
import { isLoopback } from '../../../../protocol/clear.ts';

/** The sign-on that a site has of its own (OpenID Connect). */
export const ProviderConfig = z.strictObject({
  /** As the provider names itself: its document is at `/.well-known/openid-configuration` under it. */
  issuer: z
    .url({
      protocol: /^https?$/,
      abort: true,
      error: 'the address of the provider is wanted, as https://login.example.gov',
    })
    .refine((text) => text.startsWith('https:') || isLoopback(new URL(text).hostname), {
      error: 'https:// is wanted: who signs in is told by it',
    }),
  /** What the platform is called there. */
  client: z.string().min(1).max(200),
  /** File with the secret that it was given there. */
  secret: z.string().min(1),
  /** What staff call it: it stands on the button. */
  name: z.string().min(1).max(60).optional(),
  /** Nobody signs in by a password or passkey of ours. */
  only: z.boolean().default(false),
});
export type ProviderConfig = z.infer<typeof ProviderConfig>;

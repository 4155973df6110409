import { z } from 'zod';
import { type ClearText, clearTextOf, Insecure } from './clear.ts';

export const SipHost = z.string().min(1).max(253);
export const SipPort = z.int().min(0).max(65_535);

/** Within a URI unescaped: what a user part may hold (RFC 3261 25.1). */
const user = z.string().regex(/^[A-Za-z0-9_.!~*'()&=+$,;?/-]{1,64}$/, {
  error: 'letters, digits and _.!~*()&=+$,;?/- only, as in sip:user@',
});

const Identity = z.strictObject({
  /** User part of From and P-Asserted-Identity; the account's where not given. */
  user: user.optional(),
  /** Display name. */
  name: z
    .string()
    .regex(/^[^"\\\p{Cc}]{1,64}$/u, { error: 'at most 64 characters, no quotes or backslashes' })
    .optional(),
  /** Whether P-Asserted-Identity (RFC 3325) is sent. */
  asserted: z.boolean().default(true),
  /** Originating line information (ANI II digits), sent as `isup-oli` on From and P-Asserted-Identity: 29 is a prison. */
  oli: z.int().min(0).max(99).optional(),
});

/** One way out of a phone: an account at a carrier or exchange. */
export const Trunk = z.strictObject({
  /** Names it in the log, in events and in records. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, { error: 'small letters, digits and dashes, at most 32' }),
  /** Domain of the account and of the numbers called. */
  domain: SipHost,
  /** Where requests are sent. Without a port it is looked up by NAPTR and SRV (RFC 3263). */
  server: z.strictObject({ host: SipHost, port: SipPort.optional() }),
  transport: z.enum(['udp', 'tcp', 'tls']).default('udp'),
  /** Of a trunk off this machine: signalling without TLS, and sound without SRTP. */
  insecure: Insecure,
  user,
  password: z.string().max(128).optional(),
  /** The realm whose challenges are answered. Where not given: the registrar's, or the first that the trunk asks by. */
  realm: z.string().max(128).optional(),
  register: z.boolean().default(true),
  /** Seconds asked for in REGISTER. */
  expires: z.int().min(30).max(7_200).default(300),
  /** Lower goes first; a trunk that is down is passed over. */
  priority: z.int().min(0).max(65_535).default(0),
  /** Share of the calls among trunks of one priority. */
  weight: z.int().min(0).max(65_535).default(1),
  /** Seconds between keep-alives; 0 sends none. 30 keeps most routers' holes open. */
  keepAlive: z.int().min(0).max(3_600).default(30),
  /** By line ends (RFC 5626) or by OPTIONS. Where not given: OPTIONS over UDP to a trunk without registration, else line ends. */
  keepAliveBy: z.enum(['crlf', 'options']).optional(),
  identity: Identity.prefault({}),
});

/** The ways out of a phone. */
export const Trunks = z
  .array(Trunk)
  .min(1)
  .max(8)
  .refine((trunks) => new Set(trunks.map(({ name }) => name)).size === trunks.length, {
    error: 'two trunks of one name; give each its own',
  });

/** What a phone is given to reach its exchange by: its ways out, password and all, and whose certificate it believes there. */
export const ExchangeLogin = z.strictObject({
  trunks: Trunks,
  tls: z
    .strictObject({
      /** Certificates (PEM, themselves) that are trusted in place of the system's. */
      ca: z.string().min(1).max(65_536).optional(),
    })
    .optional(),
});
export type ExchangeLogin = z.infer<typeof ExchangeLogin>;

export const ALLOW_TRUNK = 'say insecure: true in that trunk';

/** Whether a trunk's signalling goes in clear text; `at` is its server's setting. */
export const clearSignalling = (
  { server, transport, insecure }: Pick<z.infer<typeof Trunk>, 'server' | 'transport' | 'insecure'>,
  at: readonly (string | number)[],
): ClearText[] =>
  clearTextOf({
    at,
    host: server.host,
    what: 'who calls whom, and the sound, go to',
    remedy: `set transport: tls there, or ${ALLOW_TRUNK}`,
    encrypted: transport === 'tls',
    insecure,
  });

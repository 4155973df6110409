import { z } from 'zod';
import { brokerShape } from '../protocol/broker.ts';
import { Insecure, refuseClearText } from '../protocol/clear.ts';
import { Duration, FacilityId, type Millis, TerminalId, UnitId } from '../protocol/units.ts';
import { CodeHash } from './bench/code.ts';
import { CallRules } from './call/settings.ts';
import { clearTextIn } from './clear.ts';

const host = z.string().min(1).max(253);
const port = z.int().min(0).max(65_535);

/** Within a URI unescaped: what a user part may hold (RFC 3261 25.1). */
const user = z.string().regex(/^[A-Za-z0-9_.!~*'()&=+$,;?/-]{1,64}$/, {
  error: 'letters, digits and _.!~*()&=+$,;?/- only, as in sip:user@',
});

const IdentityConfig = z.strictObject({
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

const TrunkConfig = z.strictObject({
  /** Names it in the log, in events and in records. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, { error: 'small letters, digits and dashes, at most 32' }),
  /** Domain of the account and of the numbers called. */
  domain: host,
  /** Where requests are sent. Without a port it is looked up by NAPTR and SRV (RFC 3263). */
  server: z.strictObject({ host, port: port.optional() }),
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
  identity: IdentityConfig.prefault({}),
});

const SipConfig = z.strictObject({
  /** The ways out. */
  trunks: z
    .array(TrunkConfig)
    .min(1)
    .max(8)
    .refine((trunks) => new Set(trunks.map(({ name }) => name)).size === trunks.length, {
      error: 'two trunks of one name; give each its own',
    }),
  /** Local address and port of SIP; port 0 takes a free one. RTP uses the same address. Each further trunk over UDP takes the next port. */
  local: z.strictObject({ address: host.default('0.0.0.0'), port: port.default(0) }).prefault({}),
  /** Files (PEM) for trunks over TLS. */
  tls: z
    .strictObject({
      /** Certificates that are trusted in place of the system's. */
      ca: z.string().optional(),
      /** Ours, for servers that ask for one. */
      cert: z.string().optional(),
      /** Its key. */
      key: z.string().optional(),
    })
    .refine(({ cert, key }) => (cert === undefined) === (key === undefined), { error: 'cert and key go together' })
    .prefault({}),
  /**
   * Encryption of media. Where not given: required on trunks over TLS, preferred on those of them that are `insecure` or on this machine, and
   * off on others, whose keys anybody could read.
   */
  srtp: z.enum(['off', 'preferred', 'required']).optional(),
  codecs: z
    .array(z.enum(['PCMU', 'PCMA', 'G722', 'opus']))
    .min(1)
    .refine((codecs) => new Set(codecs).size === codecs.length, { error: 'a codec given twice' })
    .default(['PCMU', 'PCMA']),
  /** Nothing from the far end for this long ends the call. */
  mediaTimeout: Duration.default(30_000 as Millis),
  /** Session timer asked for, seconds (RFC 4028); 0 asks for none. */
  sessionExpires: z.union([z.literal(0), z.int().min(90).max(86_400)]).default(1_800),
});

/** The file of `tierphone terminal --config`. Paths are relative to the file. */
export const TerminalConfig = z
  .strictObject({
    facility: FacilityId,
    unit: UnitId,
    terminal: TerminalId,
    /** Board file: what is wired how. */
    board: z.string(),
    /** Folder for what must outlive power. */
    data: z.string(),
    sip: SipConfig,
    mqtt: z.strictObject(brokerShape),
    keys: z
      .strictObject({
        /** JWK set: public Ed25519 keys whose orders are obeyed, each whatever it says; `kid` names the issuer. */
        orders: z.string().optional(),
        /** In its place: the public Ed25519 root key of the site, which signs the set of keys that comes over MQTT. */
        root: z.string().optional(),
        /** JWK set: what the platform is known by: the public X25519 key to which PINs are encrypted, the Ed25519 keys of its replies. */
        platform: z.string(),
      })
      .refine(({ orders, root }) => (orders === undefined) !== (root === undefined), {
        error: 'either orders or root is wanted: whose orders are obeyed',
      }),
    /** Signed list of hotlines (compact JWS); without it there are none. With `keys.root` the root key may sign it too. */
    hotlines: z.string().optional(),
    /** Folder of the site's own recordings, which win over ours. */
    recordings: z.string().optional(),
    call: CallRules.prefault({}),
    /** A technician's code, keyed as `*#` code `#` at the language or PIN prompt, gives him the handset; without it nobody gets it so. */
    maintenance: z.strictObject({ code: CodeHash }).optional(),
    voice: z
      .strictObject({
        /** Folder of the site's own speaker models with their `models.json`, in place of ours. The platform needs what belongs to them. */
        models: z.string().optional(),
      })
      .prefault({}),
    log: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  })
  .superRefine(refuseClearText(clearTextIn));
export type TerminalConfig = z.infer<typeof TerminalConfig>;

import { z } from 'zod';
import { brokerShape } from '../protocol/broker.ts';
import { refuseClearText } from '../protocol/clear.ts';
import { SipHost, SipPort, Trunks } from '../protocol/trunk.ts';
import { Duration, FacilityId, type Millis, TerminalId, UnitId } from '../protocol/units.ts';
import { CodeHash } from './bench/code.ts';
import { CallRules } from './call/settings.ts';
import { clearTextIn } from './clear.ts';

const SipConfig = z.strictObject({
  /** The ways out. */
  trunks: Trunks,
  /** Local address and port of SIP; port 0 takes a free one. RTP uses the same address. Each further trunk over UDP takes the next port. */
  local: z.strictObject({ address: SipHost.default('0.0.0.0'), port: SipPort.default(0) }).prefault({}),
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

/** What a terminal runs by, once the files that it names are read. */
export type RunningConfig = Omit<TerminalConfig, 'board' | 'keys' | 'hotlines'>;

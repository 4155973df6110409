import { z } from 'zod';
import { Duration, FacilityId, type Millis, TerminalId, UnitId } from '../protocol/units.ts';
import { CallRules } from './call/settings.ts';

const host = z.string().min(1).max(253);
const port = z.int().min(0).max(65_535);

const SipConfig = z.strictObject({
  /** Domain of the account and of the numbers called. */
  domain: host,
  /** Where requests are sent. */
  server: z.strictObject({ host, port: port.default(5_060) }),
  transport: z.enum(['udp']).default('udp'),
  user: z.string().min(1).max(64),
  password: z.string().max(128).optional(),
  register: z.boolean().default(true),
  /** Seconds asked for in REGISTER. */
  expires: z.int().min(30).max(7_200).default(300),
  /** Local address and port of SIP; port 0 takes a free one. RTP uses the same address. */
  local: z.strictObject({ address: host.default('0.0.0.0'), port: port.default(0) }).prefault({}),
  codecs: z
    .array(z.enum(['PCMU', 'PCMA']))
    .min(1)
    .default(['PCMU', 'PCMA']),
  /** Nothing from the far end for this long ends the call. */
  mediaTimeout: Duration.default(30_000 as Millis),
});

const MqttConfig = z.strictObject({
  url: z.url({ protocol: /^(mqtt|mqtts|tcp|ssl)$/, error: 'a broker address is wanted, as mqtt://127.0.0.1:1883' }),
  username: z.string().max(128).optional(),
  password: z.string().max(128).optional(),
});

/** The file of `tierphone terminal --config`. Paths are relative to the file. */
export const TerminalConfig = z.strictObject({
  facility: FacilityId,
  unit: UnitId,
  terminal: TerminalId,
  /** Board file: what is wired how. */
  board: z.string(),
  /** Folder for what must outlive power. */
  data: z.string(),
  sip: SipConfig,
  mqtt: MqttConfig,
  keys: z.strictObject({
    /** JWK set: public Ed25519 keys whose orders are obeyed; `kid` names the issuer. */
    orders: z.string(),
    /** JWK: public X25519 key of the platform, to which PINs are encrypted. */
    platform: z.string(),
  }),
  /** Signed list of hotlines (compact JWS); without it there are none. */
  hotlines: z.string().optional(),
  /** Folder of the site's own recordings, which win over ours. */
  recordings: z.string().optional(),
  call: CallRules.prefault({}),
  log: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});
export type TerminalConfig = z.infer<typeof TerminalConfig>;

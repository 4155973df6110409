import { z } from 'zod';
import { Approvable } from '../protocol/api/approvals.ts';
import { brokerShape } from '../protocol/broker.ts';
import { Insecure, refuseClearText } from '../protocol/clear.ts';
import { Duration, FacilityId, type Millis } from '../protocol/units.ts';
import { BackupConfig } from './backup/config.ts';
import { clearTextIn } from './clear.ts';
import { databaseUrl } from './database/url.ts';
import { ProviderConfig } from './people/sign-in/provider/config.ts';
import { BrokerAccountsConfig } from './terminals/broker/config.ts';
import { ExchangeConfig } from './terminals/exchange/config.ts';

const path = z.string().min(1);
const span = (ms: number) => Duration.default(ms as Millis);

const Database = z.discriminatedUnion('kind', [
  /** PGlite in a folder of its own: for the quick start and a single jail. */
  z.strictObject({ kind: z.literal('embedded'), folder: path }),
  z.strictObject({
    kind: z.literal('postgres'),
    url: databaseUrl('database.password, or PGPASSWORD in its environment'),
    /** Without it that of PGPASSWORD, or of the password file of libpq. */
    password: z.string().max(1_024).optional(),
    /** Of a server off this machine: no TLS. */
    insecure: Insecure,
    /** Connections kept open. */
    pool: z.int().min(1).max(100).default(10),
  }),
]);
export type DatabaseConfig = z.infer<typeof Database>;

const Mqtt = z.strictObject({
  ...brokerShape,
  /** Messages worked on at a time; those of one terminal always one after another. */
  concurrency: z.int().min(1).max(2_000).default(500),
  /** Requests of one terminal: so many at once, and a second. A call makes about six. */
  requests: z
    .strictObject({
      burst: z.int().min(1).max(100_000).default(100),
      perSecond: z.number().min(0.01).max(100_000).default(10),
    })
    .prefault({}),
  /** An answer older than this is of no use to a terminal. */
  replyLife: span(30_000),
  accounts: BrokerAccountsConfig.optional(),
});
export type MqttConfig = z.infer<typeof Mqtt>;

/** An origin (RFC 6454), without a slash at its end. */
const Origin = z
  .url({ protocol: /^https?$/, abort: true, error: 'an address is wanted, as https://phones.example.gov' })
  .refine((text) => new URL(text).href === `${new URL(text).origin}/`, {
    error: 'host and port alone are wanted: the pages are at its root',
  })
  .transform((text) => new URL(text).origin);

/** An address, or a network (CIDR), of a proxy. */
const ProxyAddress = z
  .union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: 'an address is wanted, as 10.0.0.5 or 10.0.0.0/24' })
  .refine((text) => !text.endsWith('/0'), { error: 'this names everybody: name the proxy' });

/** What is asked of the platform at most. */
const Limits = z.strictObject({
  /** Requests in a minute, of one address: a whole jail's staff may come by one. */
  address: z.int().min(1).max(10_000_000).default(12_000),
  /** Requests in a minute, of one session or token. */
  session: z.int().min(1).max(10_000_000).default(3_000),
  connections: z
    .strictObject({
      /** Open at once, of one address: a proxy's are not counted. */
      address: z.int().min(1).max(1_000_000).default(1_000),
      all: z.int().min(1).max(1_000_000).default(10_000),
    })
    .prefault({}),
  /** For a request to come whole. */
  request: span(30_000),
});

/** A setting of before: people sign in, machines have tokens of their own. */
const inItsPlace = z
  .never({
    error:
      'no token stands here any more, take the line out: who runs the platform makes one for each machine (/api/docs, POST /api/tokens)',
  })
  .optional();

export const HttpConfig = z
  .strictObject({
    host: z.string().min(1).max(253).default('127.0.0.1'),
    port: z.int().min(0).max(65_535),
    /** Where people reach it, as they type it: what is printed and sent leads there. Without it, where it listens. */
    url: Origin.optional(),
    /** Phones that are new on this network find it by mDNS. */
    advertise: z.boolean().default(false),
    /** Files (PEM): its certificate, with those between it and its authority, and its key. They are read again where they change. */
    tls: z.strictObject({ cert: path, key: path }).optional(),
    /** What stands before it and is believed who asks (X-Forwarded-For) and how (X-Forwarded-Proto). */
    proxy: z.array(ProxyAddress).max(64).default([]),
    /** Of a host off this machine: it is served without TLS, and nothing that has TLS stands before it. */
    insecure: Insecure,
    limits: Limits.prefault({}),
    /** How long staff stay signed in. */
    sessions: z.strictObject({ absolute: span(12 * 3_600_000), idle: span(30 * 60_000) }).prefault({}),
    /** The sign-on that the site has of its own. */
    oidc: ProviderConfig.optional(),
    token: inItsPlace,
    adminToken: inItsPlace,
  })
  .refine(({ url, tls, proxy }) => url !== undefined || (tls === undefined && proxy.length === 0), {
    path: ['url'],
    error: 'where people reach it is wanted, as https://phones.example.gov: a certificate or a proxy is named',
  })
  .refine(({ url, tls }) => tls === undefined || url === undefined || url.startsWith('https:'), {
    path: ['url'],
    error: 'https:// is wanted: it has a certificate',
  });
export type HttpConfig = z.infer<typeof HttpConfig>;

/** How long calls are granted for, after RFC 8506. */
const Credit = z.strictObject({
  /** Talk granted at a time, and held for. */
  chunk: span(300_000),
  /** Validity-Time: a terminal asks again before this has passed. Twice this unheard of, a call is closed. */
  validity: span(300_000),
  /** From the grant to acceptance at most: a call that reports no talk after that gets no more, and holds no money. */
  setup: span(300_000),
  /** How often calls not heard of are looked for. */
  sweep: span(30_000),
  /** A caller must dial within this time of his PIN. */
  identified: span(600_000),
});
export type CreditConfig = z.infer<typeof Credit>;

const Counter = (tries: number, decay: number) =>
  z
    .strictObject({
      /** Wrong tries up to the first lock-out or alarm. */
      tries: z.int().min(1).max(1_000).default(tries),
      /** One wrong try is forgotten each time this passes without another. */
      decay: span(decay),
    })
    .prefault({});

/** Wrong PINs, counted for the PIN's id at one terminal, for the terminal, and for the facility. */
const Lockout = z.strictObject({
  pin: Counter(3, 3_600_000),
  terminal: Counter(12, 300_000),
  /** Locks nobody: at this many, and each time as many more have come, there is an alarm. */
  facility: Counter(60, 60_000),
  /** The first lock-out; each further one is twice the one before. */
  first: span(60_000),
  longest: span(3_600_000),
});
export type LockoutConfig = z.infer<typeof Lockout>;

/** The file of `tierphone platform --config`. Paths are relative to the file. */
export const PlatformConfig = z
  .strictObject({
    database: Database,
    mqtt: Mqtt,
    http: HttpConfig.optional(),
    keys: z.strictObject({
      /** JWK set: the private X25519 key to which terminals seal PINs, and the private Ed25519 key that signs replies. */
      platform: path,
      /** 32 random bytes or more, with which PINs are hashed. Lost, every PIN must be set anew. */
      pepper: path,
      /**
       * 32 random bytes or more, under which voiceprints are encrypted: wanted where a facility asks for voices. Lost, every caller must
       * enrol anew.
       */
      voiceprints: path.optional(),
      /** PEM: the key and the certificate of the authority by which phones are known at the broker. Goes with `mqtt.accounts`. */
      ca: path.optional(),
    }),
    /** By facility, whose orders are kept here and put back where something else stands at the broker. */
    orders: z
      .record(
        FacilityId,
        z
          .strictObject({
            /** JWK set of the facility's issuers, as its terminals have it. */
            keys: path.optional(),
            /** In its place: the public root key of the site, which signs the facility's set of keys. */
            root: path.optional(),
            /** With `keys`: the signed order that opens a new facility, as `tierphone keys` makes it: given where there was none before. */
            first: path.optional(),
            /** Signed lists of hotlines, as its terminals have them; the old one too while they are given a new one. */
            hotlines: z.array(path).max(8).optional(),
            /** What wants a second person: `lockdown`, what releases the facility's; `keys`, a new set. It stands here since no account shall be able to change it. */
            twoPeople: z.array(Approvable).max(2).optional(),
          })
          .refine(({ keys, root }) => (keys === undefined) !== (root === undefined), {
            error: 'either keys or root is wanted: whose orders count',
          })
          .refine(({ root, first }) => root === undefined || first === undefined, {
            error: 'first goes with keys: with a root key an officer orders the facility open',
          }),
      )
      .default({}),
    /** Where phones are given their accounts to call by; without it each phone's own file says so. */
    exchange: ExchangeConfig.optional(),
    /** Who may read backups (`tierphone backup`); without it none are made. */
    backup: BackupConfig.optional(),
    credit: Credit.prefault({}),
    lockout: Lockout.prefault({}),
    log: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  })
  .refine(({ mqtt, keys }) => mqtt.accounts === undefined || keys.ca !== undefined, {
    path: ['keys', 'ca'],
    error:
      'the authority of phones is wanted, as tierphone keys makes it (ca.pem): mqtt.accounts gives them certificates',
  })
  .superRefine(refuseClearText(clearTextIn));
export type PlatformConfig = z.infer<typeof PlatformConfig>;

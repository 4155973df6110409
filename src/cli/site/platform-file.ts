import { existsSync } from 'node:fs';
import { stringify } from 'yaml';
import type { Answers } from './answers.ts';
import { backupRecipient } from './backup-key.ts';
import { brokerPasswords, NAMES } from './broker-accounts.ts';
import { FOLDER } from './database.ts';
import { PLATFORM_FILE, PLATFORM_USER, STATE } from './places.ts';
import { put } from './put.ts';
import type { Step } from './step.ts';
import type { User } from './users.ts';

/** A part of the file, and what is said above it. */
type Part = readonly [string, object];

/** The platform's configuration. What somebody has changed in it since is his. */
export function platformFileStep(answers: Answers, platform: User): Step {
  return {
    what: `the platform's configuration: ${PLATFORM_FILE}`,
    there: async () => existsSync(PLATFORM_FILE),
    make: () => put(PLATFORM_FILE, textOf(answers), { group: platform }),
  };
}

/** Where people and phones come. */
export const urlOf = ({ address }: Pick<Answers, 'address'>): string => `https://${address}`;

const HEAD = (
  name: string,
) => `# The platform of ${name}, as \`tierphone site init\` made it. It has passwords: root writes it, the platform reads it.
# What else may stand here: platform.yaml.example beside it. After a change:
#   tierphone platform --config ${PLATFORM_FILE} --check && systemctl restart tierphone-platform
`;

function textOf(answers: Answers): string {
  const parts = [
    database(answers),
    broker(answers),
    http(answers),
    KEYS,
    orders(answers),
    backup(),
    ...exchange(answers),
  ];
  return HEAD(answers.name) + parts.map(([says, part]) => `\n# ${says}\n${stringify(part, { lineWidth: 0 })}`).join('');
}

const database = ({ database: kind }: Answers): Part =>
  kind === 'embedded'
    ? ['PostgreSQL within the platform: for a try.', { database: { kind, folder: FOLDER } }]
    : [
        'PostgreSQL of this machine: it knows the user that the platform runs as, and wants no password.',
        { database: { kind, url: `postgres://${PLATFORM_USER}@localhost/tierphone?host=/run/postgresql` } },
      ];

function broker({ address }: Answers): Part {
  const { platform, admin } = brokerPasswords();
  const accounts = { username: NAMES.admin, password: admin, phones: `mqtts://${address}:8884` };
  return [
    'Mosquitto of this machine. By accounts: the platform gives phones theirs, and they come to port 8884.',
    {
      mqtt: { url: 'mqtts://localhost:8883', ca: 'tls/ca.crt', username: NAMES.platform, password: platform, accounts },
    },
  ];
}

const http = ({ behindProxy, ...answers }: Answers): Part =>
  behindProxy
    ? [
        'The pages of staff, and the API, for a proxy on this machine that has TLS.',
        { http: { host: '127.0.0.1', port: 8080, url: urlOf(answers), proxy: ['127.0.0.1'] } },
      ]
    : [
        'The pages of staff, and the API. Another certificate may be put in the place of these files, and is read within half a minute.',
        {
          http: { host: '0.0.0.0', port: 443, url: urlOf(answers), tls: { cert: 'tls/page.crt', key: 'tls/page.key' } },
        },
      ];

const KEYS: Part = [
  "Lost, nobody's PIN or voice is known any more, and every phone is claimed anew.",
  {
    keys: {
      ...{ platform: 'keys/platform.key.json', pepper: 'keys/pepper' },
      ...{ voiceprints: 'keys/voiceprints', ca: 'keys/ca.pem' },
    },
  },
];

const orders = ({ facility }: Answers): Part => [
  'Whose orders count, and the one that puts the phones in service.',
  { orders: { [facility]: { keys: 'keys/orders.json', first: 'keys/first-order.jws' } } },
];

const backup = (): Part => [
  'Who may read backups (tierphone backup).',
  { backup: { recipients: [backupRecipient()] } },
];

function exchange({ exchange: where }: Answers): Part[] {
  if (where === null) return [];
  const { transport, ...server } = where;
  const clear = transport === 'tls' ? {} : { insecure: true };
  const trunk = { name: 'exchange', domain: server.host, server, transport, ...clear, identity: { oli: 29 } };
  return [
    [
      "Where phones call. Their accounts are kept in that file for it to read; Kamailio takes them by itself (kind: kamailio, the package's README).",
      { exchange: { kind: 'file', file: `${STATE}/exchange-accounts`, trunk } },
    ],
  ];
}

import { z } from 'zod';
import { CallRecord } from './call.ts';
import { CommandOrder } from './command.ts';
import { CentralGreeting } from './greeting.ts';
import { KeySet, Revocations } from './key-set.ts';
import { LockdownOrder } from './lockdown.ts';
import { EventMessage, HotlineList, RecordMessage, ReplyMessage, RequestMessage, StatusMessage } from './messages.ts';
import { CentralSettings } from './phone-settings.ts';

const ROOT = 'tierphone/v1/{facility}';
const TERMINAL = `${ROOT}/terminals/{terminal}`;

/** Every channel of the protocol, from a terminal's point of view. */
const CHANNELS = [
  {
    name: 'status',
    address: `${TERMINAL}/status`,
    action: 'send',
    retained: true,
    schema: StatusMessage,
    summary: 'What the terminal is doing. Also its will; a status with a lower birth than one seen before is old.',
  },
  {
    name: 'events',
    address: `${TERMINAL}/events`,
    action: 'send',
    retained: false,
    schema: EventMessage,
    summary: 'Things that happened: faults, orders not obeyed, starts; progress and signed results of self-tests.',
  },
  {
    name: 'records',
    address: `${TERMINAL}/records`,
    action: 'send',
    retained: false,
    schema: RecordMessage,
    summary:
      'Call records, each signed by its phone, and sent again until a reply of type record says that it is stored.',
  },
  {
    name: 'requests',
    address: `${TERMINAL}/requests`,
    action: 'send',
    retained: false,
    schema: RequestMessage,
    summary:
      'Who is this caller, may this call go, more quota; that it ended, where its record does not say so in time (after RFC 8506).',
  },
  {
    name: 'replies',
    address: `${TERMINAL}/replies`,
    action: 'receive',
    retained: false,
    schema: null,
    jws: 'ReplyMessage' as const,
    summary: 'Signed answers of the platform. The topic follows from the terminal that asked, never from a message.',
  },
  {
    name: 'commands',
    address: `${TERMINAL}/commands`,
    action: 'receive',
    retained: false,
    schema: null,
    jws: 'CommandOrder' as const,
    summary: 'Signed commands: self-test, doctor, restart, cut-off. Each is good for ten minutes at most, and once.',
  },
  {
    name: 'keys',
    address: `${ROOT}/keys`,
    action: 'receive',
    retained: true,
    schema: null,
    jws: 'KeySet' as const,
    summary:
      'Whose key may order what, and until when. Signed by the root key of the site; one of a lower sequence is old.',
  },
  {
    name: 'revocations',
    address: `${ROOT}/keys/revoked`,
    action: 'receive',
    retained: true,
    schema: null,
    jws: 'Revocations' as const,
    summary: 'Keys that count no more, signed by the platform. A terminal forgets none that it was told of.',
  },
  {
    name: 'settings',
    address: `${ROOT}/settings`,
    action: 'receive',
    retained: true,
    schema: null,
    jws: 'CentralSettings' as const,
    summary:
      'How every phone of the facility treats a call, signed by the platform; one of a lower sequence is old. It holds from the next lift on.',
  },
  {
    name: 'hotlines',
    address: `${ROOT}/hotlines`,
    action: 'receive',
    retained: true,
    schema: null,
    jws: 'HotlineList' as const,
    summary: 'What phones may dial without asking, signed by a key that may; a list of a lower sequence is old.',
  },
  {
    name: 'greeting',
    address: `${ROOT}/greeting/{language}`,
    action: 'receive',
    retained: true,
    schema: null,
    jws: 'CentralGreeting' as const,
    summary:
      'How the facility says its own name, signed by the platform; one of a lower sequence is old. Without a sound each phone has that of its files.',
  },
  ...[
    ['facilityLockdown', `${ROOT}/lockdown`, 'a facility'],
    ['unitLockdown', `${ROOT}/units/{unit}/lockdown`, 'a unit'],
    ['terminalLockdown', `${TERMINAL}/lockdown`, 'a terminal'],
  ].map(([name = '', address = '', whose]) => ({
    name,
    address,
    action: 'receive',
    retained: true,
    schema: null,
    jws: 'LockdownOrder' as const,
    summary: `Wanted state of ${whose}. The most restrictive of the three is obeyed; an empty message changes nothing.`,
  })),
] as const;

const TYP = {
  CentralGreeting: 'tierphone-greeting',
  CentralSettings: 'tierphone-settings',
  CommandOrder: 'tierphone-command',
  HotlineList: 'tierphone-hotlines',
  KeySet: 'tierphone-key-set',
  LockdownOrder: 'tierphone-lockdown',
  ReplyMessage: 'tierphone-reply',
  Revocations: 'tierphone-revocations',
};

const jws = (content: keyof typeof TYP) => ({
  type: 'string',
  contentMediaType: 'application/jose',
  pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
  description: `Compact JWS (RFC 7515): alg Ed25519, typ ${TYP[content]}, kid whose key it is; payload {"aud":"tierphone-terminal","content":${content}}.`,
});

const PARAMETERS = {
  facility: { description: 'A jail or prison.' },
  unit: { description: 'A housing unit of the facility.' },
  language: { description: 'A language in which phones speak, as en.' },
  terminal: { description: 'A wall phone; also its user name at the broker.' },
} as const;

/** The protocol as an AsyncAPI 3.0 document, made of the schemas that check it. */
export function asyncApi(): object {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Tierphone terminal',
      version: '1.0.0',
      description:
        'What a wall phone says and hears over MQTT 3.1.1. JSON unless said otherwise, QoS 1, at most 64 KiB. Times are milliseconds since 1970, durations milliseconds, money millionths of a dollar.',
    },
    defaultContentType: 'application/json',
    channels: entries(CHANNELS, ({ name, address, summary }) => ({
      address,
      summary,
      parameters: parameters(address),
      messages: { [name]: { $ref: `#/components/messages/${name}` } },
    })),
    operations: entries(CHANNELS, ({ name, action, retained }) => ({
      action,
      channel: { $ref: `#/channels/${name}` },
      messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
      bindings: { mqtt: { qos: 1, retain: retained, bindingVersion: '0.2.0' } },
      ...(name === 'requests' || name === 'records' ? { reply: REPLY } : {}),
    })),
    components: {
      messages: entries(CHANNELS, ({ name, summary, ...of }) => ({
        name,
        summary,
        contentType: of.schema ? 'application/json' : 'application/jose',
        payload: of.schema ? jsonSchema(of.schema) : jws(of.jws),
      })),
      schemas: {
        CentralGreeting: jsonSchema(CentralGreeting),
        CentralSettings: jsonSchema(CentralSettings),
        LockdownOrder: jsonSchema(LockdownOrder),
        CommandOrder: jsonSchema(CommandOrder),
        HotlineList: jsonSchema(HotlineList),
        KeySet: jsonSchema(KeySet),
        Revocations: jsonSchema(Revocations),
        ReplyMessage: jsonSchema(ReplyMessage),
        CallRecord: jsonSchema(CallRecord),
      },
    },
  };
}

const REPLY = {
  channel: { $ref: '#/channels/replies' },
  messages: [{ $ref: '#/channels/replies/messages/replies' }],
};

function entries<T extends { name: string }>(from: readonly T[], make: (item: T) => object): Record<string, object> {
  return Object.fromEntries(from.map((item) => [item.name, make(item)]));
}

function parameters(address: string): object {
  const names = Object.keys(PARAMETERS) as (keyof typeof PARAMETERS)[];
  return Object.fromEntries(names.filter((n) => address.includes(`{${n}}`)).map((n) => [n, PARAMETERS[n]]));
}

function jsonSchema(schema: z.ZodType): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7' });
  return rest;
}

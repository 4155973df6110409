import {
  EVERY_LOCKDOWN,
  EVERY_STANDING,
  everyTerminal,
  greetingTopic,
  hotlinesTopic,
  keySetTopic,
  lockdownTopic,
  ownTopics,
  revocationsTopic,
  settingsTopic,
  terminalTopic,
} from '../../../protocol/topics.ts';
import { type FacilityId, LANGUAGES, type TerminalId, type UnitId } from '../../../protocol/units.ts';
import { CONTROL, RESPONSE, type Right } from './dynamic-security.ts';

const right =
  (acltype: Right['acltype']) =>
  (topic: string): Right => ({ acltype, topic, allow: true });

/**
 * What is a phone's own: it speaks on four topics, and hears what is for it, its answers, its commands and its lockdown among them. Five rights
 * in place of eight: Mosquitto writes those of all phones at each change of an account.
 */
export const rightsOfPhone = (facility: FacilityId, terminal: TerminalId): Right[] => [
  ...(['status', 'events', 'records', 'requests'] as const)
    .map((channel) => terminalTopic(facility, terminal, channel))
    .map(right('publishClientSend')),
  right('subscribePattern')(ownTopics(facility, terminal)),
];

/** What all phones of a unit hear: the lockdowns over it, whose key may order them, and the facility's settings, hotlines and greeting. */
export const rightsOfUnit = (facility: FacilityId, unit: UnitId): Right[] =>
  [
    lockdownTopic({ kind: 'facility', facility }),
    lockdownTopic({ kind: 'unit', facility, unit }),
    ...[keySetTopic, revocationsTopic, settingsTopic, hotlinesTopic].map((topic) => topic(facility)),
    ...LANGUAGES.map((language) => greetingTopic(facility, language)),
  ].map(right('subscribeLiteral'));
/** The platform hears every terminal, of all facilities or of those that it serves, answers, puts orders, keys and settings back, and hands on commands. */
export function rightsOfPlatform(): Right[] {
  const heard = (['requests', 'records', 'status', 'events'] as const).map(everyTerminal);
  return [
    ...[everyTerminal('replies'), everyTerminal('commands'), ...EVERY_LOCKDOWN, ...EVERY_STANDING].map(
      right('publishClientSend'),
    ),
    ...[...heard, ...EVERY_LOCKDOWN, ...EVERY_STANDING].map(right('subscribePattern')),
  ];
}

/** Staff order lockdowns and commands in one facility and see what its phones do; requests and records are not theirs to read. */
export function rightsOfStaff(facility: FacilityId): Right[] {
  const root = `tierphone/v1/${facility}`;
  const terminals = `${root}/terminals/+`;
  const orders = [`${root}/lockdown`, `${root}/units/+/lockdown`, `${terminals}/lockdown`, `${terminals}/commands`];
  const heard = [
    ...orders,
    `${terminals}/status`,
    `${terminals}/events`,
    `${root}/keys`,
    `${root}/keys/revoked`,
    `${root}/settings`,
    `${root}/hotlines`,
    `${root}/greeting/+`,
  ];
  return [...orders.map(right('publishClientSend')), ...heard.map(right('subscribePattern'))];
}

/** Who gives and takes accounts: he can give himself any right. Below `$CONTROL` nothing is received that is not allowed, answers among it. */
export const rightsOfAdmin = (): Right[] => [
  right('publishClientSend')(CONTROL),
  right('publishClientReceive')(RESPONSE),
  right('subscribeLiteral')(RESPONSE),
];

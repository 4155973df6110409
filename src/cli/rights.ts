import {
  EVERY_LOCKDOWN,
  EVERY_STANDING,
  everyTerminal,
  hotlinesTopic,
  keySetTopic,
  lockdownScopes,
  lockdownTopic,
  revocationsTopic,
  settingsTopic,
  terminalTopic,
} from '../protocol/topics.ts';
import type { FacilityId, TerminalId, UnitId } from '../protocol/units.ts';

/** One right in the terms of Mosquitto's dynamic security plugin; what is not allowed is denied. */
export interface Right {
  readonly acltype: 'publishClientSend' | 'subscribeLiteral' | 'subscribePattern';
  readonly topic: string;
  readonly allow: true;
}

const right =
  (acltype: Right['acltype']) =>
  (topic: string): Right => ({ acltype, topic, allow: true });

/** A terminal speaks on its own topics, and hears its own answers, its commands, the three lockdowns over it, whose key may order them, and its facility's settings and hotlines. */
export function rightsOfTerminal(facility: FacilityId, unit: UnitId, terminal: TerminalId): Right[] {
  const own = (channel: Parameters<typeof terminalTopic>[2]) => terminalTopic(facility, terminal, channel);
  const heard = [
    own('replies'),
    own('status'),
    own('commands'),
    ...lockdownScopes(facility, unit, terminal).map(lockdownTopic),
    ...[keySetTopic, revocationsTopic, settingsTopic, hotlinesTopic].map((topic) => topic(facility)),
  ];
  return [
    ...(['status', 'events', 'records', 'requests'] as const).map(own).map(right('publishClientSend')),
    ...heard.map(right('subscribeLiteral')),
  ];
}

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
  ];
  return [...orders.map(right('publishClientSend')), ...heard.map(right('subscribePattern'))];
}

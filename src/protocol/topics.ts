import { LockdownScope } from './lockdown.ts';
import { FacilityId, LANGUAGES, type Language, TerminalId, type UnitId } from './units.ts';

const ROOT = 'tierphone/v1';

const TERMINAL_CHANNELS = ['status', 'events', 'records', 'requests', 'replies', 'commands', 'lockdown'] as const;
export type TerminalChannel = (typeof TERMINAL_CHANNELS)[number];

/** The topic of one terminal's channel. */
export const terminalTopic = (facility: FacilityId, terminal: TerminalId, channel: TerminalChannel): string =>
  `${ROOT}/${facility}/terminals/${terminal}/${channel}`;

/** A filter for all channels of one terminal. */
export const ownTopics = (facility: FacilityId, terminal: TerminalId): string =>
  `${ROOT}/${facility}/terminals/${terminal}/+`;

/** A filter for one channel of every terminal of every facility. */
export const everyTerminal = (channel: TerminalChannel): string => `${ROOT}/+/terminals/+/${channel}`;

/** A filter for one channel of every terminal of one facility. */
export const terminalsOf = (facility: FacilityId, channel: TerminalChannel): string =>
  `${ROOT}/${facility}/terminals/+/${channel}`;

/** Filters for every lockdown of one facility: its own, its units', its terminals'. */
export const lockdownsOf = (facility: FacilityId): string[] => [
  `${ROOT}/${facility}/lockdown`,
  `${ROOT}/${facility}/units/+/lockdown`,
  terminalsOf(facility, 'lockdown'),
];

/** Filters for every lockdown of every facility. */
export const EVERY_LOCKDOWN = [`${ROOT}/+/lockdown`, `${ROOT}/+/units/+/lockdown`, everyTerminal('lockdown')];

/** The retained topics of a facility's keys: whose may what, and which count no more. */
export const keySetTopic = (facility: FacilityId): string => `${ROOT}/${facility}/keys`;
export const revocationsTopic = (facility: FacilityId): string => `${keySetTopic(facility)}/revoked`;

/** The retained topics of what all phones of a facility take from it: their settings, and what they may dial without asking. */
export const settingsTopic = (facility: FacilityId): string => `${ROOT}/${facility}/settings`;
export const hotlinesTopic = (facility: FacilityId): string => `${ROOT}/${facility}/hotlines`;
/** The retained topic of how a facility says its own name in a language. */
export const greetingTopic = (facility: FacilityId, language: Language): string =>
  `${ROOT}/${facility}/greeting/${language}`;

const STANDING = new RegExp(
  `^${ROOT}/([^/]+)/(?:keys(?:/revoked)?|settings|hotlines|greeting/(?:${LANGUAGES.join('|')}))$`,
);

/** Whose keys, settings, hotlines or greeting stand on a topic, or null where it is none of these. */
export function parseStandingTopic(topic: string): FacilityId | null {
  const [, facility] = STANDING.exec(topic) ?? [];
  return FacilityId.safeParse(facility).data ?? null;
}

/** Filters for the keys, settings, hotlines and greetings of every facility. */
export const EVERY_STANDING = ['keys', 'keys/revoked', 'settings', 'hotlines', 'greeting/+'].map(
  (what) => `${ROOT}/+/${what}`,
);

/** The retained topic on which the wanted state of `scope` stands. */
export function lockdownTopic(scope: LockdownScope): string {
  switch (scope.kind) {
    case 'facility':
      return `${ROOT}/${scope.facility}/lockdown`;
    case 'unit':
      return `${ROOT}/${scope.facility}/units/${scope.unit}/lockdown`;
    case 'terminal':
      return terminalTopic(scope.facility, scope.terminal, 'lockdown');
  }
}

/** Whose wanted state stands on a topic, or null where it is none of these. */
export function parseLockdownTopic(topic: string): LockdownScope | null {
  const [, facility, kind, name] =
    /^tierphone\/v1\/([^/]+)\/(?:(units|terminals)\/([^/]+)\/)?lockdown$/.exec(topic) ?? [];
  if (kind === undefined) return LockdownScope.safeParse({ kind: 'facility', facility }).data ?? null;
  const scope =
    kind === 'units' ? { kind: 'unit', facility, unit: name } : { kind: 'terminal', facility, terminal: name };
  return LockdownScope.safeParse(scope).data ?? null;
}

/** The three lockdowns a terminal obeys. */
export const lockdownScopes = (facility: FacilityId, unit: UnitId, terminal: TerminalId): LockdownScope[] => [
  { kind: 'facility', facility },
  { kind: 'unit', facility, unit },
  { kind: 'terminal', facility, terminal },
];

/** Who speaks on a terminal's topic, or null where the topic is none of ours. */
export function parseTerminalTopic(
  topic: string,
): { facility: FacilityId; terminal: TerminalId; channel: TerminalChannel } | null {
  const match = /^tierphone\/v1\/([^/]+)\/terminals\/([^/]+)\/([^/]+)$/.exec(topic);
  if (!match) return null;
  const facility = FacilityId.safeParse(match[1]);
  const terminal = TerminalId.safeParse(match[2]);
  const channel = TERMINAL_CHANNELS.find((c) => c === match[3]);
  if (!facility.success || !terminal.success || !channel) return null;
  return { facility: facility.data, terminal: terminal.data, channel };
}

/** The facility in which a topic lies, or null where the topic is none of ours. */
export function facilityOf(topic: string): FacilityId | null {
  const [, facility] = /^tierphone\/v1\/([^/]+)\//.exec(topic) ?? [];
  return FacilityId.safeParse(facility).data ?? null;
}

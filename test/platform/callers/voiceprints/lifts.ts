import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { CallSecret } from '../../../../src/protocol/call-secret.ts';
import { NOTICE_VERSION } from '../../../../src/protocol/notice.ts';
import { sealVoice } from '../../../../src/protocol/sealing.ts';
import type { CallId } from '../../../../src/protocol/units.ts';
import { Voice, type VoiceFeatures } from '../../../../src/protocol/voice.ts';
import type { VoiceReply, VoiceRequest } from '../../../../src/protocol/voice-check.ts';
import { asker, newCall, type Setup, type SiteFile, siteFile } from '../../world.ts';
import type { Person } from './made-up.ts';

type Rules = NonNullable<SiteFile['facility']['voice']>;

/** What a facility asks where a test does not say otherwise. */
export const RULES: Rules = { enrol: 'invited', refused: 'refuse', unjudged: 'staff' };

export const YES = { kind: 'consent', agreed: true, notice: NOTICE_VERSION, language: 'en' } as const;
export const NO = { ...YES, agreed: false };

/** Lifts of the handset in facilities that ask for voices. */
export function liftsOn(setup: () => Setup) {
  const site = async (rules: Partial<Rules> = {}, change: (site: SiteFile) => void = () => undefined) => {
    const facility = `f-${randomUUID()}`;
    const file = siteFile(facility, (written) => {
      written.facility.voice = { ...RULES, ...rules };
      change(written);
    });
    await setup().world.import(file);
    return { facility, file };
  };

  /** A lift in which his PIN was keyed, by a phone of before where there is no secret; `tell` numbers what is told. */
  const lift = async (facility: string, terminal = 't1', pin = '12345937', secret?: CallSecret) => {
    const { world } = setup();
    const who = asker(facility, terminal);
    const call: CallId = newCall();
    const known = await world.identify(who, call, pin, undefined, secret);
    let request = 0;
    return {
      ...{ who, call, known },
      tell: (told: VoiceRequest['told'] | VoiceFeatures) => world.voice(who, call, ++request, told),
      again: (told: VoiceRequest['told'] | VoiceFeatures) => world.voice(who, call, request, told),
      dial: (dialled?: string) => world.authorise(who, call, dialled),
      windows: async (answers: readonly VoiceFeatures[], first: readonly VoiceFeatures[] = []) => {
        const voices = new Voice({ answers: [...answers], first: [...first] });
        const sealed = await sealVoice(voices, world.keys.known.sealing, { call, terminal: who.terminal });
        return world.voice(who, call, ++request, { kind: 'windows', sealed });
      },
    };
  };

  const enrol = async (facility: string, person: Person) => {
    const { tell } = await lift(facility);
    const replies: VoiceReply[] = [];
    for (const told of [YES, person.says(), person.says(), person.says()]) replies.push(await tell(told));
    expect(replies.at(-1)).toEqual({ type: 'voice', result: 'enrolled' });
    return replies;
  };

  return { site, lift, enrol };
}

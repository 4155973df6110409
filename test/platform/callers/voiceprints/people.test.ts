import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyOfSecret } from '../../../../src/platform/callers/voiceprints/at-rest.ts';
import { judgingWith } from '../../../../src/platform/callers/voiceprints/judging.ts';
import type { VoiceReply } from '../../../../src/protocol/voice-check.ts';
import { type Engine, voiceId } from '../../../../src/terminal/voice-id/engine.ts';
import { digits, PROGRAM, recorded } from '../../../terminal/voice-id/people.ts';
import { makeWorld, openTestDatabase, type Setup } from '../../world.ts';
import { liftsOn, YES } from './lifts.ts';

const CARLO = 'it_IT_m_Carlo';
const ALLISON = 'en_US_f_Allison';

describe.runIf(recorded)(
  'people of asterisk-core-sounds-*-wav, heard as a phone hears them and judged by our models',
  () => {
    let setup: Setup;
    let engine: Engine;
    const { site, lift } = liftsOn(() => setup);

    beforeAll(async () => {
      const database = await openTestDatabase('embedded');
      const judging = judgingWith(keyOfSecret(randomBytes(32)));
      setup = { kind: 'embedded', database, world: await makeWorld(database, {}, judging) };
      engine = voiceId({ program: PROGRAM });
    }, 120_000);
    afterAll(async () => {
      await engine?.close();
      await setup?.database.close();
    });

    const says = async (person: string, said: string) => {
      const analysis = await engine.analyse(digits(person, said));
      if (!analysis.judged) throw new Error(`not heard: ${analysis.detail}`);
      return analysis.features;
    };
    const asked = (reply: VoiceReply): string => (reply.result === 'say' ? reply.say : '');
    const verifyOf = async (facility: string) => {
      const one = await lift(facility);
      if (one.known.result !== 'known' || one.known.voice?.do !== 'verify') throw new Error('he is to be verified');
      return { ...one, say: one.known.voice.say };
    };

    test('one enrols with what he is asked to say, is known again, and is told from another and from other words', {
      timeout: 120_000,
    }, async () => {
      const { facility } = await site();
      const { tell } = await lift(facility);
      let reply = await tell(YES);
      for (let n = 0; n < 9 && reply.result === 'say'; n++) reply = await tell(await says(CARLO, asked(reply)));
      expect(reply).toMatchObject({ result: 'enrolled' });

      const own = await verifyOf(facility);
      let known = await own.tell(await says(CARLO, own.say));
      if (known.result === 'say') known = await own.tell(await says(CARLO, asked(known)));
      expect(known).toMatchObject({ result: 'accepted' });

      const other = await verifyOf(facility);
      let another = await other.tell(await says(ALLISON, other.say));
      if (another.result === 'say') another = await other.tell(await says(ALLISON, asked(another)));
      expect(another).toMatchObject({ result: 'refused', reason: 'voice-refused' });

      // A recording of what was asked before: the right voice, and the wrong words both times.
      const replayed = await verifyOf(facility);
      const before = [...'0123456789'].filter((digit) => !replayed.say.includes(digit)).join('');
      const once = await replayed.tell(await says(CARLO, before));
      expect(once).toMatchObject({ result: 'say', again: 'unsure' });
      const rest = [...'0123456789'].filter((digit) => !asked(once).includes(digit)).join('');
      expect(await replayed.tell(await says(CARLO, rest))).toMatchObject({ result: 'refused' });
      const latest = await setup.database.db
        .selectFrom('voice_tries')
        .select(['result', 'why', 'answers'])
        .orderBy('id', 'desc')
        .executeTakeFirst();
      expect(latest).toEqual({ result: 'refused', why: 'wrong-words', answers: 2 });
    });
  },
);

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOTICE_VERSION } from '../../src/protocol/notice.ts';
import { Pin } from '../../src/protocol/pin.ts';
import { sealPin, sealVoice } from '../../src/protocol/sealing.ts';
import type { CallId, Instant, Millis } from '../../src/protocol/units.ts';
import { Voice } from '../../src/protocol/voice.ts';
import type { VoiceRequest } from '../../src/protocol/voice-check.ts';
import { hasDeployable } from '../process/mosquitto.ts';
import { cohortSays } from './callers/voiceprints/cohort.ts';
import { Pair, type Running } from './pair.ts';
import { hasPostgres } from './postgres.ts';
import type { TestTerminal } from './terminal.ts';
import { asker, audit, newCall, recordOf } from './world.ts';

const FACILITIES = ['ash', 'birch', 'cedar', 'date'];
const LONG = { timeout: 180_000 };

describe.skipIf(!hasPostgres || !hasDeployable)(
  'two platforms on one database (needs postgresql, mosquitto)',
  LONG,
  () => {
    let pair: Pair;
    let east: Running;
    let west: Running;
    const phones = new Map<string, TestTerminal>();
    const known = [...FACILITIES];
    const calls: { call: CallId; talked: number }[] = [];

    beforeAll(async () => {
      pair = await Pair.open();
      for (const facility of FACILITIES) await pair.import(facility);
      for (const facility of FACILITIES) phones.set(facility, await pair.phone(facility));
      east = await pair.start('east');
      await east.program.until(/platform is up/);
      west = await pair.start('west');
    }, 180_000);
    afterAll(() => pair?.close());

    /** Waits until each of these platforms has so many, and all have what is known. */
    const parted = (...parts: [Running, number][]) =>
      expect
        .poll(
          async () => {
            const served = await Promise.all(parts.map(([platform]) => platform.serves()));
            return { parts: served.map((of) => of.length), all: served.flat().sort() };
          },
          { timeout: 60_000 },
        )
        .toEqual({ parts: parts.map(([, count]) => count), all: [...known].sort() });

    /** Calls one after another, as a phone makes them, until told: what is not answered is asked again. */
    async function calling(facility: string, goOn: () => boolean): Promise<void> {
      const phone = phones.get(facility);
      const who = asker(facility);
      for (let count = 1; phone && goOn(); count++) {
        const { ask, insist } = phone;
        const call = newCall();
        const sealedPin = await sealPin(new Pin('12345937'), pair.keys.known.sealing, { call, terminal: who.terminal });
        expect(await insist(() => ask({ type: 'identify', call, sealedPin }))).toMatchObject({ result: 'known' });
        const granted = await insist(() => ask({ type: 'authorise', call, dialled: '2025550123' }));
        expect(granted).toMatchObject({ result: 'granted' });
        const talked = 1_000 * (1 + (count % 50));
        const over = await insist(() => ask({ type: 'end', call, request: 1, used: talked as Millis }));
        expect(over).toMatchObject({ result: 'ended' });
        const record = recordOf(who, call, talked, Date.now() as Instant);
        expect(await insist(() => phone.record(record))).toMatchObject({ result: 'stored', call });
        calls.push({ call, talked });
      }
    }

    /** Lets all phones call while something is done to the platforms. */
    async function whileCalling(deed: () => Promise<void>): Promise<void> {
      let going = true;
      const all = Promise.all(known.map((facility) => calling(facility, () => going)));
      await Promise.race([deed(), all]);
      const before = calls.length;
      await expect.poll(() => calls.length, { timeout: 60_000 }).toBeGreaterThan(before + known.length);
      going = false;
      await all;
    }

    /** No message was answered twice, none of a phone before one that it had sent earlier; the books say what the phones know. */
    async function allIsRight(): Promise<void> {
      for (const { sent, answered } of phones.values())
        expect(sent.filter((id) => answered.includes(id))).toEqual(answered);
      const accounts = await audit(pair.database);
      for (const { held } of accounts.values()) expect(held).toBe(0);
      const { db } = pair.database;
      const records = await db.selectFrom('records').select(['call', 'talked']).orderBy('call').execute();
      expect(records).toEqual([...calls].sort((a, b) => (a.call < b.call ? -1 : 1)));
      const sessions = await db.selectFrom('sessions').select(['charged', 'talked']).execute();
      expect(sessions).toHaveLength(calls.length);
      for (const { charged, talked } of sessions) expect(charged).toBe(talked);
    }

    it('share the facilities, and each message is answered by one of them, in order for each phone', async () => {
      await parted([east, 2], [west, 2]);
      const burst = (phone: TestTerminal) => {
        const call = newCall();
        return Promise.all(
          Array.from({ length: 40 }, (_, n) =>
            phone.insist(() => phone.ask({ type: 'end', call, request: n, used: 0 as Millis })),
          ),
        );
      };
      const answers = await Promise.all([...phones.values()].map(burst));
      for (const of of answers) expect(of).toHaveLength(40);
      await allIsRight();
      for (const { program } of [east, west])
        expect(program.lines.some((line) => line.includes('end answered'))).toBe(true);
    });

    it('serve a facility that is imported while they run', async () => {
      await pair.import('elm');
      known.push('elm');
      phones.set('elm', await pair.phone('elm'));
      await whileCalling(() => Promise.resolve());
      await allIsRight();
    });

    it('when one is killed the other has all, and nothing is lost or done twice; it comes back to its part', async () => {
      await whileCalling(async () => {
        await west.program.stop('SIGKILL');
        const killed = performance.now();
        await parted([east, 5]);
        console.log(`the other has all after ${((performance.now() - killed) / 1_000).toFixed(1)} s`);
      });
      await whileCalling(async () => {
        west = await pair.start('west');
        await west.program.until(/platform is up/);
        await expect.poll(async () => (await west.serves()).length, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
      });
      await allIsRight();
    });

    it('one that stood still for longer than its lease does nothing of what was taken from it', async () => {
      await parted([east, 3], [west, 2]);
      const before = await west.serves();
      await whileCalling(async () => {
        west.program.signal('SIGSTOP');
        await parted([east, 5]);
        west.program.signal('SIGCONT');
        await west.program.until(/not heard of for too long/);
        await parted([east, 3], [west, 2]);
      });
      await allIsRight();
      // What was sent to it while it stood was there when it went on.
      expect(before).toHaveLength(2);
      expect(west.program.lines.some((line) => line.includes('another platform serves this facility: dropped'))).toBe(
        true,
      );
    });

    it('one that is stopped gives its part back at once', async () => {
      await whileCalling(async () => {
        expect(await west.program.stop()).toBe(0);
        const platforms = await pair.database.db.selectFrom('platforms').select('name').execute();
        expect(platforms).toEqual([{ name: 'platform/east' }]);
        await parted([east, 5]);
      });
      await allIsRight();
    });

    it('a second of one name says so and ends, with a code by which it is not started again', async () => {
      const second = await pair.start('east');
      await second.program.until(/tierphone: another platform runs as platform\/east: stop one of them/);
      expect(await second.program.ended()).toBe(3);
      await whileCalling(() => Promise.resolve());
      await allIsRight();
      expect(east.program.lines.some((line) => line.includes('no link to the broker'))).toBe(false);
    });

    it('one that was killed comes up again under its name, as soon as its lease has run out', async () => {
      await whileCalling(async () => {
        await east.program.stop('SIGKILL');
        east = await pair.start('east');
        await east.program.until(/platform is up/);
        await parted([east, 5]);
      });
      await allIsRight();
    });

    it('one whose name another took while it stood still says so and ends', async () => {
      await whileCalling(async () => {
        east.program.signal('SIGSTOP');
        const other = await pair.start('east');
        await other.program.until(/platform is up/);
        east.program.signal('SIGCONT');
        await east.program.until(/another platform runs as platform\/east/);
        expect(await east.program.ended()).toBe(3);
        east = other;
        await parted([east, 5]);
      });
      await allIsRight();
    });

    it('an enrolment that was begun at one goes on at the other', async () => {
      west = await pair.start('west');
      await west.program.until(/platform is up/);
      await pair.import('fir', (site) => {
        site.facility.voice = { enrol: 'needed', refused: 'refuse', unjudged: 'refuse' };
      });
      const [phone, who, call] = [await pair.phone('fir'), asker('fir'), newCall()];
      const { ask, insist } = phone;
      const context = { call, terminal: who.terminal };
      const { sealing } = pair.keys.known;
      const identify = async () => {
        const sealedPin = await sealPin(new Pin('12345937'), sealing, context);
        return insist(() => ask({ type: 'identify', call, sealedPin }));
      };
      let request = 0;
      const tell = async (told: VoiceRequest['told']) => {
        const number = ++request;
        return insist(() => ask({ type: 'voice', call, request: number, told }));
      };
      const say = async (person: number) => {
        const voice = new Voice({ answers: [cohortSays(person)], first: [] });
        return tell({ kind: 'answer', sealed: await sealVoice(voice, sealing, context) });
      };
      expect(await identify()).toMatchObject({ voice: { do: 'enrol', needed: true } });
      await tell({ kind: 'consent', agreed: true, notice: NOTICE_VERSION, language: 'en' });
      expect(await say(3)).toMatchObject({ result: 'say', again: null });
      const serving = (await east.serves()).includes('fir') ? east : west;
      await serving.program.stop('SIGKILL');
      expect(await say(3)).toMatchObject({ result: 'say', again: null });
      expect(await say(3)).toMatchObject({ result: 'enrolled' });
      expect(await insist(() => ask({ type: 'authorise', call, dialled: '2025550123' }))).toMatchObject({
        result: 'granted',
      });
      expect(await identify()).toMatchObject({ voice: { do: 'verify' } });
      expect(await say(9)).not.toMatchObject({ result: 'accepted' });
      expect(await identify()).toMatchObject({ voice: { do: 'verify' } });
      expect(await say(3)).toMatchObject({ result: 'accepted' });
    });
  },
);

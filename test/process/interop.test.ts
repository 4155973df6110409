import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FACILITY, TERMINAL } from '../../sim/world/folder.ts';
import { LiftRecord } from '../../src/protocol/api/records.ts';
import { amountText } from '../../src/protocol/api/wire.ts';
import type { Money } from '../../src/protocol/units.ts';
import { steadiest } from '../interop/audio.ts';
import { type Card, openCard } from '../interop/card.ts';
import { startBaresip } from '../interop/peers/baresip.ts';
import { openEar } from '../interop/peers/ear.ts';
import { pcapOf } from '../interop/peers/pcap.ts';
import { freePort, has, until } from '../interop/peers/program.ts';
import { startSipp } from '../interop/peers/sipp.ts';
import { firstTokens } from '../platform/people/machine.ts';
import { hasSocat } from '../terminal/hardware/pty-board.ts';
import { openWall, type Wall } from './wall.ts';

const NUMBER = '+12025550123';
const HOTLINE = '+18005550177';

/** The caller's tone and the far end's, Hz and dB below full scale: high, where the recordings have little. */
const NEAR = { frequency: 2_500, level: -15 };
const FAR = { frequency: 1_900, level: -12 };
/** Recordings and what is left of a tone in another's place stay below this. */
const ABSENT = -40;

const farTone = (seconds: number) =>
  Int16Array.from({ length: seconds * 8_000 }, (_, n) =>
    Math.round(32_767 * 10 ** (FAR.level / 20) * Math.sin((2 * Math.PI * FAR.frequency * n) / 8_000)),
  );
const near = (samples: Int16Array) => steadiest(samples, NEAR.frequency, 8_000);
const far = (samples: Int16Array) => steadiest(samples, FAR.frequency, 16_000);

describe.skipIf(!hasSocat)('calls of the compiled terminal, serial board and sound card (needs socat)', () => {
  let token: string;
  let wall: Wall;
  let card: Card;
  let port = 0;
  let http = 0;
  const closers: (() => unknown)[] = [];

  beforeAll(async () => {
    port = await freePort('udp');
    http = await freePort('tcp');
    card = openCard(NEAR.frequency, NEAR.level);
    wall = await openWall({
      sip: { address: '127.0.0.1', port, register: false },
      audio: card.audio,
      platform: { http: { host: '127.0.0.1', port: http } },
    });
    const platform = await wall.startPlatform();
    ({ token } = await firstTokens(await platform.until(/#\/welcome\/[\w-]+/), {
      token: ['calls.read', 'calls.tips'],
    }));
    await wall.startTerminal();
    await wall.until(({ faults }) => faults.length === 0);
  });
  afterEach(async () => {
    // One that fails in a call leaves the next a phone that is free.
    wall.board.hangUp();
    await wall.until(({ phase }) => phase === 'idle');
    for (const close of closers.splice(0).reverse()) await close();
  });
  afterAll(async () => {
    await wall.close();
    card.close();
  });

  /** The hotline of the site: no PIN, no acceptance, and keys that pass. */
  async function dialHotline(): Promise<{ call: string; from: number }> {
    wall.board.lift();
    // The status shows the cover of a call that staff may not see: what it is, is heard.
    const { call } = await wall.until(({ phase }) => phase === 'language');
    await wall.board.type('*77');
    return { call: call ?? '', from: card.played().length };
  }

  /** Hangs the handset up and gives what the ledger of the platform has of the call, and what was charged. */
  async function ledgerOf(call: string) {
    wall.board.hangUp();
    const url = `http://127.0.0.1:${http}/api/facilities/${FACILITY}/records/${TERMINAL}/${call}`;
    const ask = () => fetch(url, { headers: { authorization: `Bearer ${token}` } });
    await until('the record in the ledger', async () => (await ask()).ok);
    const record = LiftRecord.parse(await (await ask()).json());
    expect(record.differs).toEqual([]);
    await wall.until(({ phase, recordsWaiting }) => phase === 'idle' && recordsWaiting === 0);
    return { record, at: (moment: string | null) => Date.parse(moment ?? '') };
  }

  async function talking(): Promise<{ call: string; from: number }> {
    const { call } = await wall.until(({ phase }) => phase === 'talking');
    return { call: call ?? '', from: card.played().length };
  }

  function expectCall({ record, at }: Awaited<ReturnType<typeof ledgerOf>>): void {
    expect(record).toMatchObject({
      kind: 'call',
      caller: 'c-daniel',
      number: NUMBER,
      ending: { reason: 'caller-hung-up', during: 'talking' },
      charge: { kind: 'prepaid' },
    });
    expect(at(record.accepted)).toBeGreaterThan(at(record.answered));
    expect(record.talked).toBe(at(record.ended) - at(record.accepted));
    expect(record.charged).toBe(amountText(Math.floor((80_000 * record.talked) / 60_000) as Money));
  }

  function expectHotline({ record }: Awaited<ReturnType<typeof ledgerOf>>): void {
    expect(record).toMatchObject({
      kind: 'hotline',
      caller: null,
      number: HOTLINE,
      ending: { reason: 'caller-hung-up', during: 'talking' },
      privileged: true,
      hidden: true,
    });
    expect(record.charged).toBe('0.00');
  }

  describe.skipIf(!has('baresip'))('to baresip (needs baresip)', () => {
    async function startPeer(number: string) {
      const baresip = await startBaresip(number, farTone(60), port);
      closers.push(() => baresip.stop());
      const keys = () => baresip.events.flatMap((e) => (e.type === 'CALL_DTMF_START' ? [e.param] : [])).join('');
      return { baresip, keys, closed: () => baresip.events.some((e) => e.type === 'CALL_CLOSED') };
    }

    it('which accepts by a key, and neither hears the other before', async () => {
      const { baresip, keys, closed } = await startPeer(NUMBER);
      await wall.dial();
      await wall.until(({ phase }) => phase === 'greeting');
      const greeted = card.played().length;
      await until('greeting there', async () => (await baresip.heard().catch(() => [])).length > 12_000);
      await until('time here', () => card.played().length > greeted + 24_000);
      const [before, silent] = [card.played(), await baresip.heard()];
      expect(Math.max(...silent)).toBeGreaterThan(1_000);
      expect(near(silent)).toBeLessThan(ABSENT);
      expect(far(before)).toBeLessThan(ABSENT);
      baresip.command('sndcode', '1');
      const { call, from } = await talking();
      await wall.board.type('5');
      await until('the far tone', () => far(card.played(from)) > FAR.level - 0.5);
      await until('the tone there', async () => near(await baresip.heard()) > NEAR.level - 0.5);
      await until('time for the key', async () => (await baresip.heard()).length > silent.length + 12_000);
      expectCall(await ledgerOf(call));
      await until('its end', closed);
      expect(far(card.played(from))).toBeCloseTo(FAR.level, 0);
      expect(near(await baresip.heard())).toBeCloseTo(NEAR.level, 0);
      // The list of this caller's numbers lets no keys pass.
      expect(keys()).toBe('');
    });

    it('as a hotline, which gets the keys', async () => {
      const { baresip, keys, closed } = await startPeer(HOTLINE);
      const { call, from } = await dialHotline();
      await until('the far tone', () => far(card.played(from)) > FAR.level - 0.5);
      await until(
        'the tone there',
        async () => near(await baresip.heard().catch(() => new Int16Array())) > NEAR.level - 0.5,
      );
      await wall.board.type('159*0#');
      await until('the keys', () => keys().length >= 6);
      expectHotline(await ledgerOf(call));
      await until('its end', closed);
      expect(keys()).toBe('159*0#');
      expect(far(card.played(from))).toBeCloseTo(FAR.level, 0);
      expect(near(await baresip.heard())).toBeCloseTo(NEAR.level, 0);
    });
  });

  // SIPp plays RTP through a raw socket.
  describe.skipIf(!has('sipp') || process.getuid?.() !== 0)('to SIPp (needs sipp, and root for it)', () => {
    /**
     * A SIPp that talks for seven seconds, presses 1 and talks on. It sends from another port than its SDP names: keys of such a
     * stream are believed once it has been alone for five.
     */
    async function startPeer() {
      const ear = await openEar();
      closers.push(() => ear.close());
      const says = pcapOf([farTone(7), { key: '1' }, farTone(35)]);
      const sipp = await startSipp('talk', ['-key', 'ear', String(ear.port)], { port, files: { 'says.pcap': says } });
      closers.push(() => sipp.stop());
      return { ear, sipp };
    }

    it('which accepts by a key, and hears nothing of the caller before', async () => {
      const { ear, sipp } = await startPeer();
      await wall.dial();
      const { call, from } = await talking();
      await wall.board.type('5');
      const keyed = ear.heard().length;
      await until('the far tone', () => far(card.played(from)) > FAR.level - 0.5);
      await until('the tone there', () => near(ear.heard()) > NEAR.level - 0.5);
      await until('time for the key', () => ear.heard().length > keyed + 8_000);
      const ledger = await ledgerOf(call);
      await sipp.finished();
      expectCall(ledger);
      const before = ear.heard(ledger.at(ledger.record.accepted));
      expect(Math.max(...before)).toBeGreaterThan(1_000);
      expect(near(before)).toBeLessThan(ABSENT);
      expect(near(ear.heard())).toBeCloseTo(NEAR.level, 0);
      expect(far(card.played(from))).toBeCloseTo(FAR.level, 0);
      expect(ear.keys()).toBe('');
    });

    it('as a hotline, which gets the keys', async () => {
      const { ear, sipp } = await startPeer();
      const { call, from } = await dialHotline();
      await until('the far tone', () => far(card.played(from)) > FAR.level - 0.5);
      await until('the tone there', () => near(ear.heard()) > NEAR.level - 0.5);
      await wall.board.type('159*0#');
      await until('the keys', () => ear.keys().length >= 6);
      expectHotline(await ledgerOf(call));
      await sipp.finished();
      expect(ear.keys()).toBe('159*0#');
      expect(near(ear.heard())).toBeCloseTo(NEAR.level, 0);
      expect(far(card.played(from))).toBeCloseTo(FAR.level, 0);
    });
  });
});

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { levelAt, toneFrames } from '../signal.ts';
import type { Machine } from './machine/machine.ts';
import { type Bench, openBench, openWall } from './phone.ts';

/** What either party says, Hz; and the card's samples a second. */
const CALLER = 1_000;
const CALLEE = 700;
const RATE = 48_000;

describe.sequential('a phone in a machine', () => {
  let bench: Bench;
  let machine: Machine;
  beforeAll(async () => {
    bench = await openBench({ call: { stall: '60s', interDigit: '30s', reply: '30s' } });
    machine = bench.start();
    await bench.outside.startPlatform();
    await machine.booted();
  }, 600_000);
  afterAll(() => bench?.close());

  it('is up when the kernel and systemd are', { timeout: 300_000 }, async () => {
    const status = await bench.outside.until(({ registration }) => registration === 'registered', 240_000);
    expect(status).toMatchObject({ hook: 'on', phase: 'idle', faults: [] });
    const state = await machine.must('systemctl show --property ActiveState,NRestarts tierphone-terminal');
    expect(state).toBe('ActiveState=active\nNRestarts=0\n');
  });

  it('makes a whole call, keyed on its matrix, heard both ways', { timeout: 300_000 }, async () => {
    const { outside } = bench;
    const until = (phase: string) => outside.until((status) => status.phase === phase, 120_000);
    const wall = await openWall(machine);
    const key = async (keys: string) => {
      for (const each of keys)
        for (const order of [`press ${each}`, 'wait 80', `release ${each}`, 'wait 80']) await wall.order(order);
    };
    outside.callee.habit = 'accept';
    const heard: Int16Array[] = [];
    const ears = outside.callee.ear.subscribe((frame) => heard.push(frame));
    const tone = toneFrames(CALLEE, -12);
    const says = setInterval(() => outside.callee.mouth(tone()), 20);
    await wall.order('hook off');
    await until('language');
    await key('1');
    await until('pin');
    await key('10014821');
    await until('number');
    await key('2025550123#');
    await until('talking');
    // The room of the handset: a mouth on one stream of the sound card, an ear on another.
    const mouth = await machine.open(
      `speaker-test -q -D plughw:CARD=Loopback,DEV=0,SUBDEV=1 -r 48000 -c 1 -t sine -f ${CALLER}`,
    );
    const ear = await machine.must(
      'arecord -q -D plughw:CARD=Loopback,DEV=1,SUBDEV=0 -t raw -f S16_LE -r 48000 -c 1 -d 3 | base64 -w0',
    );
    await pause(2_000);
    mouth.destroy();
    clearInterval(says);
    ears.unsubscribe();
    await wall.order('hook on');
    await outside.until(({ phase, recordsWaiting }) => phase === 'idle' && recordsWaiting === 0, 60_000);

    const far = heard.slice(-100).flatMap((frame) => [...frame]);
    expect(far.length).toBe(100 * 320);
    expect(levelAt(far, CALLER)).toBeGreaterThan(levelAt(far, CALLEE) + 20);
    const bytes = Buffer.from(ear, 'base64');
    const near = Array.from({ length: bytes.length / 2 }, (_, n) => bytes.readInt16LE(2 * n));
    expect(near.length).toBe(3 * RATE);
    expect(levelAt(near, CALLEE, RATE)).toBeGreaterThan(levelAt(near, CALLER, RATE) + 20);
    await wall.stop();
  });
});

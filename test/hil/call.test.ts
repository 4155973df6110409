import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { levelAt, toneFrames } from '../signal.ts';
import type { Wall } from './gpio/wall.ts';
import type { Machine } from './machine/machine.ts';
import { type Bench, openBench, openWall } from './phone.ts';

/** A processor that is emulated takes a tenth of a second where a Pi takes a hundredth: keys are held as long. */
const HELD = 300;
const BETWEEN = 200;

/** What either party says, Hz; and the card's samples a second. */
const CALLER = 1_000;
const CALLEE = 700;
const RATE = 48_000;

/** So many seconds of a tone, as the card takes them. */
function sine(frequency: number, seconds: number): Buffer {
  const bytes = Buffer.alloc(2 * RATE * seconds);
  for (let n = 0; 2 * n < bytes.length; n++)
    bytes.writeInt16LE(Math.round(8_000 * Math.sin((2 * Math.PI * frequency * n) / RATE)), 2 * n);
  return bytes;
}

describe.sequential('a phone in a machine', () => {
  let bench: Bench;
  let machine: Machine;
  let wall: Wall;
  beforeAll(async () => {
    bench = await openBench({ call: { stall: '60s', interDigit: '30s', reply: '30s' } });
    machine = bench.start();
    await bench.outside.startPlatform();
    await machine.booted();
    wall = await openWall(machine);
  }, 600_000);
  afterAll(() => bench?.close());

  it('is up when the kernel and systemd are', { timeout: 300_000 }, async () => {
    // Its parts come one after another, and each may be told as a fault until it is there.
    await machine.until('the GPIO lines are ours', 'capture and playback run');
    const status = await bench.outside.until(
      ({ registration, faults }) => registration === 'registered' && faults.length === 0,
      60_000,
    );
    expect(status).toMatchObject({ hook: 'on', phase: 'idle' });
    const state = await machine.must('systemctl show --property ActiveState,NRestarts tierphone-terminal');
    expect(state).toBe('NRestarts=0\nActiveState=active\n');
  });

  it('makes a whole call, keyed on its matrix, heard both ways', { timeout: 300_000 }, async () => {
    const { outside } = bench;
    const until = (phase: string) => outside.until((status) => status.phase === phase, 120_000);
    const key = async (keys: string) => {
      for (const each of keys)
        for (const order of [`press ${each}`, `wait ${HELD}`, `release ${each}`, `wait ${BETWEEN}`])
          await wall.order(order);
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
    const card = (device: string) => `-q -D plughw:CARD=Loopback,${device} -t raw -f S16_LE -r ${RATE} -c 1`;
    const mouth = await machine.open(`exec aplay ${card('DEV=0,SUBDEV=1')}`);
    await pause(1_000);
    mouth.write(sine(CALLER, 8));
    const ear = await machine.must(`arecord ${card('DEV=1,SUBDEV=0')} -d 3 | base64 -w0`);
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
  });
});

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { filter, firstValueFrom } from 'rxjs';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { dial } from '../process/dial.ts';
import { Lines } from '../process/lines.ts';
import { levelAt, toneFrames } from '../signal.ts';
import { PtyBoard } from '../terminal/hardware/pty-board.ts';
import { card, listen, onsetOf, RATE } from './ear.ts';
import type { Wall } from './gpio/wall.ts';
import { GUEST, type Machine } from './machine/machine.ts';
import { type Bench, openBench, openWall } from './phone.ts';

/** What either party says, and the beep of a key, Hz. */
const CALLER = 1_300;
const CALLEE = 700;
const BEEP = 1_000;

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
  let uart: PtyBoard;
  beforeAll(async () => {
    bench = await openBench({ call: { stall: '60s', interDigit: '30s', reply: '30s' } });
    uart = await PtyBoard.open(join(bench.folder, 'uart'));
    machine = bench.start({ serial: uart.path, keyboard: true });
    await bench.outside.startPlatform();
    await machine.booted();
    wall = await openWall(machine);
  }, 600_000);
  // What failed off-hook must not be the fault of the next. Where the machine is gone, or its phone is being started, nobody can.
  afterEach(async ({ task }) => {
    // A try that is made again leaves no other trace.
    if (task.result?.state === 'fail')
      console.log(`${task.name}, failed: ${task.result.errors?.at(-1)?.message}\n${await lastSaid()}`);
    await wall.hangUp().catch(() => undefined);
    await bench.outside.until(({ hook, phase }) => hook === 'on' && phase === 'idle', 30_000).catch(() => undefined);
  });
  afterAll(async () => {
    await bench?.close();
    await uart?.close();
  });

  it('is up when the kernel and systemd are', { timeout: 300_000 }, async () => {
    // Its parts come one after another, and each may be told as a fault until it is there.
    await machine.until('the GPIO lines are ours', 'capture and playback run');
    const status = await bench.outside.until(
      ({ registration, faults }) => registration === 'registered' && faults.length === 0,
      60_000,
    );
    expect(status).toMatchObject({ hook: 'on', phase: 'idle' });
    // The phone may be told of before systemd has taken note.
    const state = await machine.must(
      `while [ $(systemctl is-active tierphone-terminal) = activating ]; do sleep 0.2; done; systemctl show --property ActiveState,NRestarts tierphone-terminal`,
    );
    expect(state).toBe('NRestarts=0\nActiveState=active\n');
  });

  // Sound keeps real time, and an emulated machine does not where its host is busy: a call that it was too slow for is made again.
  it('makes a whole call, keyed on its matrix, heard both ways', { timeout: 300_000, retry: 2 }, async () => {
    const { outside } = bench;
    const heard: Int16Array[] = [];
    const ears = outside.callee.ear.subscribe((frame) => heard.push(frame));
    const tone = toneFrames(CALLEE, -12);
    const says = setInterval(() => outside.callee.mouth(tone()), 20);
    onTestFinished(() => {
      clearInterval(says);
      ears.unsubscribe();
    });
    const rings = firstValueFrom(outside.callee.states.pipe(filter((state) => state === 'ringing')));
    await dial(outside, wall, { limit: 120_000 });
    await Promise.race([rings, comesTo('ringing')]);
    await outside.callee.answer();
    // The first call of a slow processor is eight seconds in coming to its greeting: a key pressed before is heard by nobody.
    await comesTo('greeting');
    outside.callee.accept();
    await comesTo('talking');
    // The room of the handset: a mouth on one stream of the sound card, an ear on another.
    const mouth = await machine.open(`exec aplay ${card('DEV=0,SUBDEV=1')}`);
    await pause(1_000);
    mouth.write(sine(CALLER, 8));
    const ear = await (await listen(machine, 3))();
    await pause(2_000);
    mouth.destroy();
    await wall.hangUp();
    await outside.until(({ phase, recordsWaiting }) => phase === 'idle' && recordsWaiting === 0, 60_000);

    const far = heard.slice(-100).flatMap((frame) => [...frame]);
    expect(far.length).toBe(100 * 320);
    expect(levelAt(far, CALLER)).toBeGreaterThan(levelAt(far, CALLEE) + 20);
    expect(ear.samples.length).toBe(3 * RATE);
    expect(levelAt(ear.samples, CALLEE, RATE)).toBeGreaterThan(levelAt(ear.samples, CALLER, RATE) + 20);
  });

  it('tells how long a lift takes to its first sound, a key to its beep in the ear, a hang-up to idle', {
    timeout: 120_000,
  }, async () => {
    const lifted = await wall.at('hook off', 'hook');
    await bench.outside.until(({ phase }) => phase === 'language', 60_000);
    await wall.type('1');
    await bench.outside.until(({ phase }) => phase === 'pin', 60_000);
    // The first key hushes what is said; the second is heard alone.
    await wall.type('1');
    const ear = await listen(machine, 3);
    const pressed = await wall.at('press 0', 'key');
    const heard = await ear();
    await wall.order('release 0');
    const down = await wall.at('hook on', 'hook');
    await bench.outside.until(({ phase }) => phase === 'idle', 60_000);

    const beep = heard.from + onsetOf(heard, BEEP) - pressed;
    const lift = (await machine.told('off-hook')) * 1_000 - lifted;
    const hangUp = (await machine.told('on-hook')) * 1_000 - down;
    const told = { 'lift to the order of its first sound': lift, 'key to its beep': beep, 'hang-up to idle': hangUp };
    console.log(`emulated, ms: ${JSON.stringify(told)}`);
    for (const [what, ms] of Object.entries(told)) expect(ms, what).toBeGreaterThan(0);
  });

  it('tests itself, and signs what it found', { timeout: 180_000 }, async () => {
    const parts = 'network,broker,trunk,disk';
    const { output, code } = await machine.run(`tierphone selftest --parts ${parts} --json`);
    expect(code, output).toBe(0);
    expect(await machine.must('tierphone selftest --last')).toContain('PASSED');
  });

  it('knows a voice by the models of the package, and tells another from it', { timeout: 300_000 }, async () => {
    const prompts = '/opt/tierphone/src/terminal/audio/prompts';
    const [fault, lost, number] = ['ended-network-fault', 'ended-media-lost', 'enter-number'].map(
      (clip) => `${prompts}/en/${clip}.wav`,
    );
    const told = await machine.must(
      `tierphone voice enrol --json -o /run/print.json ${fault} ${lost} ${number}`,
      120_000,
    );
    expect(JSON.parse(told)).toMatchObject({ made: true, odd: [] });
    const verify = (clip: string) =>
      machine.run(`tierphone voice verify --json -t /run/print.json ${prompts}/${clip}.wav`, 120_000);
    expect(JSON.parse((await verify('en/greeting-recorded')).output)).toMatchObject({ verdict: 'accepted' });
    expect(JSON.parse((await verify('es/ended-network-fault')).output)).toMatchObject({ verdict: 'refused' });
  });

  it('is driven by a keypad board on a serial port of the machine', { timeout: 300_000 }, async () => {
    await machine.must(
      `cd /etc/tierphone && mv board.json gpio.json && mv serial.json board.json && systemctl restart --no-block tierphone-terminal`,
    );
    bench.outside.forget();
    await bench.outside.until(
      ({ faults, registration }) => faults.length === 0 && registration === 'registered',
      240_000,
    );
    uart.lift();
    await bench.outside.until(({ phase }) => phase === 'language', 60_000);
    await uart.type('1');
    await bench.outside.until(({ phase }) => phase === 'pin', 60_000);
    uart.hangUp();
    await bench.outside.until(({ phase, recordsWaiting }) => phase === 'idle' && recordsWaiting === 0, 60_000);
    await machine.must('cd /etc/tierphone && mv gpio.json board.json');
  });

  it('lives before its address does, and answers who lifts the handset', { timeout: 300_000 }, async () => {
    await machine.must(
      `cd /etc/tierphone && cp terminal.yaml kept.yaml && sed -i 's/${GUEST}/10.0.2.99/' terminal.yaml && systemctl restart --no-block tierphone-terminal`,
    );
    bench.outside.forget();
    await bench.outside.until(({ registration }) => registration === 'unregistered', 240_000);
    await wall.lift();
    await bench.outside.until(({ phase }) => phase === 'language', 60_000);
    await wall.hangUp();
    await machine.must('cd /etc/tierphone && mv kept.yaml terminal.yaml');
  });

  it('reads a USB keypad', { timeout: 120_000 }, async () => {
    const path = (await machine.must('ls /dev/input/by-id/*-event-kbd')).trim();
    const trial = await machine.open(`exec node /opt/tierphone/trial/input-trial.js --path ${path}`);
    const said = new Lines();
    trial.on('data', (text: string) => said.push(text));
    await said.until(/"board","state":"ok"/, { limit: 60_000 });
    await machine.monitor('sendkey 5');
    await said.until(/"key":"5","edge":"down"/, { limit: 30_000 });
    await machine.monitor('sendkey f1 3000');
    await said.until(/"hook":"off"/, { limit: 30_000 });
    await said.until(/"hook":"on"/, { limit: 30_000 });
    trial.destroy();
  });

  it('has a serial board on USB left alone by ModemManager', { timeout: 120_000 }, async () => {
    await machine.monitor('chardev-add null,id=ftdi');
    await machine.monitor('device_add usb-serial,chardev=ftdi,always-plugged=on,id=ftdi');
    const told = await machine.must(`
      for n in $(seq 60); do
        device=$(grep -l 0403 /sys/bus/usb/devices/*/idVendor) && udevadm settle && exec udevadm info -q property -p "\${device%/idVendor}"
        sleep 1
      done
      exit 1`);
    expect(told.split('\n')).toContain('ID_MM_DEVICE_IGNORE=1');
  });

  it('is started anew by systemd when its event loop hangs', { timeout: 300_000 }, async () => {
    const before = await restarts();
    await machine.must('kill -STOP $(systemctl show --value --property MainPID tierphone-terminal)');
    // WatchdogSec of the unit is 30.
    await machine.must(`for n in $(seq 45); do [ $(${RESTARTS}) -gt ${before} ] && exit; sleep 1; done; exit 1`);
    const journal = await machine.must('journalctl -b -u tierphone-terminal | grep -i watchdog');
    expect(journal).toMatch(/Watchdog timeout \(limit 30s\)/);
  });

  it('is started anew with its machine by the kernel when systemd hangs', { timeout: 180_000 }, async () => {
    expect(
      (await machine.must('cat /sys/class/watchdog/watchdog0/state /sys/class/watchdog/watchdog0/timeout')).split('\n'),
    ).toEqual(['active', '14', '']);
    // systemd that crashes stands still for ever: nobody feeds the kernel's watchdog any more.
    await machine.run('kill -SEGV 1', 10_000).catch(() => undefined);
    await machine.gone;
  });

  /** The call comes to `wanted`. @throws Error where it is over before */
  async function comesTo(wanted: 'ringing' | 'greeting' | 'talking'): Promise<void> {
    const { phase } = await bench.outside.until(({ phase }) => [wanted, 'ended', 'idle'].includes(phase), 120_000);
    expect(phase).toBe(wanted);
  }

  /** What the phone logged last; where the machine is gone, that. */
  async function lastSaid(): Promise<string> {
    const log = await machine
      .run('journalctl -b -o short-monotonic -u tierphone-terminal -n 30')
      .catch((error: Error) => ({ output: error.message }));
    return log.output;
  }

  const RESTARTS = 'systemctl show --value --property NRestarts tierphone-terminal';
  const restarts = async () => Number(await machine.must(RESTARTS));
});

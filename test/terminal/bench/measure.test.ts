import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PartResult } from '../../../src/protocol/self-test.ts';
import { millis } from '../../../src/protocol/units.ts';
import type { LoopbackResult } from '../../../src/terminal/audio/port.ts';
import { hostsOf } from '../../../src/terminal/bench/hosts.ts';
import { measureBroker } from '../../../src/terminal/bench/measure/broker.ts';
import { measureClock } from '../../../src/terminal/bench/measure/clock.ts';
import { measureDisk } from '../../../src/terminal/bench/measure/disk.ts';
import { measureNetwork } from '../../../src/terminal/bench/measure/network.ts';
import { resultOf } from '../../../src/terminal/bench/measure/result.ts';
import { measureSound } from '../../../src/terminal/bench/measure/sound.ts';
import { measureTrunk } from '../../../src/terminal/bench/measure/trunk.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'measure-'));
});
afterAll(() => rm(folder, { recursive: true }));

const WELL = { quarantined: 0, waiting: 0 };

describe('the disk', () => {
  it('is written as the journal does, and one file is left that is used again', async () => {
    const { remedy, figures } = await measureDisk(folder, { quarantined: 2, waiting: 1 });
    expect(remedy).toBeUndefined();
    expect(figures).toMatchObject({ quarantinedLines: 2, recordsWaiting: 1 });
    expect(figures?.writeMs).toBeGreaterThan(0);
    await measureDisk(folder, WELL);
    expect(await readdir(folder)).toEqual(['bench.probe']);
  });

  it('that takes nothing fails, with what to do', async () => {
    expect(await measureDisk(join(folder, 'gone'), WELL)).toMatchObject({
      detail: expect.stringMatching(/^cannot be written/),
      remedy: expect.stringMatching(/space/),
    });
  });
});

describe('the clock', () => {
  it.each([
    ['in 1970', 0, null, /the clock says 1970/],
    ['behind the platform', Date.now(), 60_000, /60 s behind the platform/],
    ['ahead of it', Date.now(), -60_000, /60 s ahead of the platform/],
  ])('fails %s', async (_, now, ahead, detail) => {
    const measured = await measureClock(now, ahead);
    expect(measured.detail).toMatch(detail);
    expect(measured.remedy).toMatch(/timedatectl/);
  });

  it('passes where the platform has the same time', async () => {
    const measured = await measureClock(Date.now(), 12);
    expect(measured.remedy).toBeUndefined();
    expect(measured.detail).toMatch(/within 12 ms of the platform/);
  });
});

describe('the network', () => {
  it('is enough where everything is on this machine', async () => {
    const hosts = hostsOf({
      mqtt: { url: 'mqtt://[::1]:1883' },
      sip: { trunks: [{ name: 'a', server: { host: '127.0.0.1' } }] },
    });
    expect(hosts).toEqual([
      { role: 'broker', host: '::1' },
      { role: 'trunk a', host: '127.0.0.1' },
    ]);
    expect((await measureNetwork(hosts)).remedy).toBeUndefined();
  });

  it('fails at a name that nobody knows, or at having no address', async () => {
    const { detail, remedy } = await measureNetwork([{ role: 'broker', host: 'no-such.invalid' }]);
    expect(detail).toMatch(/no-such\.invalid, is not found|no address|no carrier/);
    expect(remedy).not.toBeUndefined();
  });
});

describe('broker, trunk and sound', () => {
  it('fail with the reason of whoever knows', async () => {
    const broker = await measureBroker({ roundTrip: () => Promise.reject(new Error('no connection')) }, 'mqtt://x');
    expect(broker).toMatchObject({ detail: 'mqtt://x: no connection', remedy: expect.stringMatching(/mqtt:/) });
    const health = { trunk: 'a', up: false, detail: '403 Forbidden', answer: null };
    expect(await measureTrunk(async () => [health])).toMatchObject({
      detail: 'a down: 403 Forbidden',
      figures: { up: 0 },
    });
    const one = await measureTrunk(async () => [health, { ...health, trunk: 'b', up: true, answer: 3 }]);
    expect(one.figures).toEqual({ up: 1, trunks: 2, answerMs: 3 });
    expect(one.remedy).toBeUndefined();
    expect(await measureSound(() => Promise.reject(new Error('no card')))).toMatchObject({ detail: 'no card' });
  });

  it('are results within bounds, whatever was measured', async () => {
    const open: LoopbackResult = {
      verdict: 'open-earpiece',
      earpiece: 'open',
      microphone: 'ok',
      detail: `nothing came back: the earpiece is open; ${'look at its wires '.repeat(40)}`,
      figures: { echo: null, unevenness: null, noise: -50.123, hum: -60, level: -48 },
    };
    const result = PartResult.parse(resultOf('sound', await measureSound(async () => open)));
    expect(result).toMatchObject({
      verdict: 'failed',
      detail: 'nothing came back: the earpiece is open',
      figures: { noiseDb: -50.1, humDb: -60, levelDb: -48 },
    });
    const broker = resultOf('broker', await measureBroker({ roundTrip: async () => millis(3) }, 'mqtt://x'));
    expect(broker).toMatchObject({ verdict: 'passed', figures: { roundTripMs: 3 } });
  });
});

import { describe, expect, test } from 'vitest';
import { Gate } from '../../../../src/terminal/telephony/sip/wire/gate.ts';

const peer = (address: string, port = 5060) => ({ address, port });

describe('the gate', () => {
  test('lets a stranger in twenty times at once, then ten times a second', () => {
    let now = 0;
    const gate = new Gate(() => now);
    const tries = (count: number) =>
      Array.from({ length: count }, () => gate.admits(peer('192.0.2.1'))).filter(Boolean);
    expect(tries(100)).toHaveLength(20);
    now = 1_000;
    expect(tries(100)).toHaveLength(10);
  });

  test('does not let a stranger in by another port', () => {
    const gate = new Gate(() => 0);
    const admitted = Array.from({ length: 100 }, (_, i) => gate.admits(peer('192.0.2.1', 1_000 + i)));
    expect(admitted.filter(Boolean)).toHaveLength(20);
  });

  test('lets in no more than two hundred of any number of strangers, and whoever we know always', () => {
    const gate = new Gate(() => 0);
    gate.know(peer('198.51.100.1'));
    let strangers = 0;
    for (let i = 0; i < 20_000; i += 1) {
      if (gate.admits(peer(`10.0.${i >> 8}.${i & 255}`))) strangers += 1;
      expect(gate.admits(peer('198.51.100.1'))).toBe(true);
    }
    expect(strangers).toBe(200);
  });

  test('knows so many and no more', () => {
    const gate = new Gate(() => 0);
    for (let i = 0; i < 1_000; i += 1) gate.know(peer('198.51.100.1', i + 1));
    for (let i = 0; i < 20; i += 1) gate.admits(peer('198.51.100.1', 1));
    expect(gate.admits(peer('198.51.100.1', 1))).toBe(false);
    expect(gate.admits(peer('198.51.100.1', 1_000))).toBe(true);
  });
});

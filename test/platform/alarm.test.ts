import { expect, it } from 'vitest';
import { inMeasure, openAlarm } from '../../src/platform/alarm.ts';
import { Counters } from '../../src/platform/counters.ts';

it('alarms of one phone fill no log: each is counted, and later ones tell how many were not told', () => {
  const counters = new Counters();
  const told: Readonly<Record<string, unknown>>[] = [];
  let now = 0;
  const tell = inMeasure(
    (_, where) => told.push(where),
    () => now,
  );
  const alarm = openAlarm(counters, tell);
  for (let call = 0; call < 500; call++) alarm('record-differs', { facility: 'f', terminal: 't1', call }, 'what');
  expect(told).toHaveLength(20);
  // Another phone's, and another kind, are told all the same.
  alarm('record-differs', { facility: 'f', terminal: 't2' }, 'what');
  alarm('terminal-key', { facility: 'f', terminal: 't1' }, 'what');
  expect(told).toHaveLength(22);
  now = 1_000;
  alarm('record-differs', { facility: 'f', terminal: 't1' }, 'what');
  expect(told.at(-1)).toEqual({ facility: 'f', terminal: 't1', untold: 480 });
  expect(counters.all()).toEqual({ 'alarm-record-differs': 502, 'alarm-terminal-key': 1 });
});

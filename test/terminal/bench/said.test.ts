import { describe, expect, it } from 'vitest';
import { Finding } from '../../../src/protocol/finding.ts';
import { FAULTS } from '../../../src/protocol/messages.ts';
import type { PartResult } from '../../../src/protocol/self-test.ts';
import { diagnose, type Known } from '../../../src/terminal/bench/diagnose.ts';
import { spelled, spoken } from '../../../src/terminal/bench/handset.ts';

const failed = (part: PartResult['part']): PartResult => ({
  part,
  verdict: 'failed',
  detail: '',
  remedy: null,
  figures: {},
});

describe('what a technician at the handset is told', () => {
  it('is each fault by its name, or that there is one', () => {
    expect(spoken([])).toEqual({ ok: true, clips: ['test-passed'] });
    expect(spoken([failed('network'), failed('trunk')])).toEqual({
      ok: false,
      clips: ['fault-network', 'fault-trunk'],
    });
    expect(spoken([failed('broker'), failed('disk')])).toEqual({ ok: false, clips: ['fault-broker', 'test-failed'] });
  });

  it("is the phone's name sign by sign, and its address number by number", () => {
    expect(spelled('B-12', '10.0.0.127').join(' ')).toBe('letter-b n1 n2 n10 point n0 point n0 point n100-and n27');
    expect(spelled('7', null)).toEqual(['n7', 'fault-network']);
  });
});

describe('a diagnosis', () => {
  const well: Known = {
    seen: {
      lockdown: { state: 'open', mode: 'drain', source: null, reason: null },
      registration: 'registered',
      faults: [],
      counters: {},
    },
    link: 'up',
    recordsWaiting: 0,
    last: undefined,
  };

  it('of a phone that is well is empty', () => {
    expect(diagnose(well)).toEqual([]);
  });

  it('has the worst first, each with why and what to do', () => {
    const findings = diagnose({
      seen: {
        lockdown: { state: 'lockdown', mode: 'drop', source: 'unit', reason: 'count' },
        registration: 'unregistered',
        faults: [...FAULTS].reverse(),
        counters: { hardware: 500, sip: 3 },
      },
      link: 'down',
      recordsWaiting: 40,
      last: null,
    });
    expect(findings.map(({ weight }) => weight)).toEqual([
      ...Array(6).fill('stops-calls'),
      'soon',
      'soon',
      'note',
      'note',
    ]);
    for (const finding of findings) expect(Finding.parse(finding).remedy).not.toBe('');
  });
});

import { type Finding, worstFirst } from '../../protocol/finding.ts';
import type { Fault } from '../../protocol/messages.ts';
import type { SelfTestResult } from '../../protocol/self-test.ts';
import type { Seen } from './port.ts';

const FAULTS: Readonly<Record<Fault, Finding>> = {
  keypad: {
    weight: 'stops-calls',
    what: 'the keypad board is not there, or says nothing',
    why: 'hook and keys are unknown, so no call is let through',
    remedy: 'check plug and cable of the board, and its path in the board file; the log says what was tried',
  },
  'handset-audio': {
    weight: 'stops-calls',
    what: 'the sound card does not run',
    why: 'nobody would hear anything, so no call is let through',
    remedy: 'check that the card is plugged in (aplay -l) and named in the board file; the log says what ALSA said',
  },
  storage: {
    weight: 'stops-calls',
    what: 'the disk does not take what is written',
    why: 'no record of a call could be kept, so none is let through',
    remedy: 'check space and rights of the data folder (df -h); replace the card if it has become read-only',
  },
  tamper: {
    weight: 'note',
    what: 'the housing is open',
    why: 'somebody may be at the wires',
    remedy: 'shut it; if it is shut, check the tamper switch',
  },
};

/** More of these since start than a sound line has. */
const MANY = 100;
/** So many records wait only where the platform has not answered for long. */
const WAITING = 20;

/** What else a terminal knows of itself. */
export interface Known {
  readonly seen: Pick<Seen, 'lockdown' | 'registration' | 'faults' | 'counters'>;
  readonly link: 'up' | 'down';
  readonly recordsWaiting: number;
  /** The last self-test; null where none was made, undefined where that is not known. */
  readonly last: SelfTestResult | null | undefined;
}

/** What is wrong with a terminal by what it knows of itself, worst first. Empty where nothing is. */
export function diagnose({ seen, link, recordsWaiting, last }: Known): Finding[] {
  const { lockdown, registration, counters } = seen;
  const findings: Finding[] = seen.faults.map((fault) => FAULTS[fault]);
  if (link === 'down') {
    findings.push({
      weight: 'stops-calls',
      what: 'the message broker is not reached',
      why: 'no call is granted without the platform; hotlines still work',
      remedy: 'check the network, and url, user and password under mqtt: in the configuration; the log says why',
    });
  }
  if (registration === 'unregistered') {
    findings.push({
      weight: 'stops-calls',
      what: 'no trunk is registered or answers',
      why: 'no call can go out',
      remedy: 'check server, user and password under sip:, and that the server can be reached',
    });
  }
  if (lockdown.state !== 'open') {
    findings.push({
      weight: 'stops-calls',
      what: `the phone is ${lockdown.state === 'lockdown' ? 'in lockdown' : 'disabled'} by order of ${lockdown.source ?? 'nobody yet'}${lockdown.reason === null ? '' : `: ${lockdown.reason}`}`,
      why: 'no call starts until the order is lifted',
      remedy: 'nothing is broken: staff lift it by tierphone lockdown ... --open',
    });
  }
  if (recordsWaiting >= WAITING) {
    findings.push({
      weight: 'soon',
      what: `${recordsWaiting} call records wait for the platform`,
      why: 'they are safe here, and nobody else knows of them yet',
      remedy: 'check that the platform runs and answers on the broker',
    });
  }
  for (const [edge, count] of Object.entries(counters).filter(([, n]) => n >= MANY)) {
    findings.push({
      weight: 'soon',
      what: `${count} bad inputs from ${edge} since start`,
      why: 'a bad cable or somebody hostile; each was dropped',
      remedy:
        edge === 'hardware' ? 'check cable and speed of the keypad board' : `the log says what they were: ${edge}`,
    });
  }
  return worstFirst([...findings, ...ofTest(last)]);
}

function ofTest(last: SelfTestResult | null | undefined): Finding[] {
  if (last === undefined) return [];
  if (last === null) {
    return [
      {
        weight: 'note',
        what: 'no self-test was made on this phone yet',
        why: 'keys, lamps and handset have been tried by nobody',
        remedy: 'tierphone selftest',
      },
    ];
  }
  return last.results
    .filter(({ verdict }) => verdict === 'failed')
    .map(({ part, detail, remedy }) => ({
      weight: 'soon',
      what: `the last self-test failed at ${part}: ${detail}`.slice(0, 300),
      why: `on ${new Date(last.ended).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      remedy: remedy ?? 'test again',
    }));
}

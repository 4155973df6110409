import type { Site } from '../../src/platform/facilities/site.ts';
import { OPEN } from '../../src/protocol/lockdown.ts';
import type { Hotline } from '../../src/protocol/messages.ts';
import { FACILITY, TERMINAL, UNIT } from './folder.ts';
import { NEIGHBOURS } from './neighbours.ts';
import type { Snapshot, Speaker } from './port.ts';
import type { Voices } from './voices.ts';

/** Whoever has no phone of his own there: the PINs of the others are theirs. */
const isVisitor = ({ id }: { readonly id: string }) => !NEIGHBOURS.some(({ caller }) => caller === id);

/** The number as a caller keys it: a North American one without its country code. */
const keyed = (number: string) => number.replace(/^\+1/, '');

/** How a world stands before anything has happened in it. */
export function firstSnapshot(site: Site, hotlines: readonly Hotline[], voices: Voices | undefined): Snapshot {
  const open = { state: 'open', mode: 'drain' } as const;
  const speakerIn = (among: readonly Speaker[] = [], id: string) =>
    among.find((speaker) => id === `c-${speaker}`) ?? null;
  const noteOf = (id: string, suspended: boolean, privileged: boolean) => {
    const [known, asked] = [speakerIn(voices?.enrolled, id), speakerIn(voices?.asked, id)];
    const voice = known ?? asked;
    if (suspended) return { note: 'suspended', voice };
    if (privileged) return { note: 'attorney: private, free', voice };
    return { note: known ? 'known by her voice' : asked ? 'asked for a voiceprint' : '', voice };
  };
  return {
    terminal: TERMINAL,
    facility: FACILITY,
    unit: UNIT,
    place: { name: site.facility.name, zone: site.facility.timeZone },
    hook: 'on',
    phase: 'idle',
    language: null,
    talked: null,
    left: null,
    balance: null,
    mos: null,
    otherVoice: null,
    ending: null,
    mouth: 'test-signal',
    asked: null,
    captions: { caller: [], callee: [] },
    callee: 'idle',
    blocking: false,
    recording: null,
    calleeHabit: 'manual',
    lockdown: OPEN,
    lockdowns: { facility: open, unit: open, terminal: open },
    faults: [],
    link: 'down',
    registration: 'unregistered',
    platform: 'up',
    controlRoom: false,
    canStartOver: false,
    tryThis: [
      ...site.callers.filter(isVisitor).flatMap(({ id, name, pin, numbers, suspended }) =>
        numbers.map(({ number, privileged }) => ({
          name,
          pin,
          number: keyed(number),
          ...noteOf(id, suspended, privileged),
        })),
      ),
      ...hotlines.map(({ code }) => ({
        name: 'Hotline',
        pin: '',
        number: code,
        note: 'no PIN, free, needs no platform',
        voice: null,
      })),
    ],
  };
}

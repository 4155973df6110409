import { Observable, Subscription } from 'rxjs';
import type { Heard } from '../../protocol/ask.ts';
import { LONGEST_NAME, SpokenName } from '../../protocol/spoken-name.ts';
import { FRAME, RATE, TICK_MS } from '../audio/frame.ts';
import type { TapFrame } from '../audio/port.ts';
import { endpoint } from './endpoint.ts';
import { loudness } from './loudness.ts';

/** Kept before and after what was said, frames: soft sounds at its ends are his name too. */
const AROUND = 8;
/** What is kept of it, samples. */
const MOST = (RATE / 8_000) * LONGEST_NAME;
/** A microphone that gives nothing for so long after a name must be over gives nothing any more, ms. */
const LATE = 2_000;

/** How a caller says his name, of `longest` ms at most: one `Heard`, when it is over. No voice is analysed. `encode` makes of 16 kHz what is kept. */
export function hearName(
  microphone: Observable<TapFrame>,
  encode: (sound: Int16Array) => Uint8Array,
  longest: number,
): Observable<Heard> {
  return new Observable((subscriber) => {
    const sound = new Int16Array(Math.ceil(longest / TICK_MS) * FRAME);
    const levels: number[] = [];
    const listening = new Subscription();
    const tell = (heard: Heard) => {
      listening.unsubscribe();
      subscriber.next(heard);
      subscriber.complete();
    };
    const lost = () => tell({ kind: 'unjudged', reason: 'no-microphone' });
    const hear = ({ samples }: TapFrame) => {
      sound.set(samples, levels.length * FRAME);
      levels.push(loudness(samples));
      const spoken = endpoint(levels, longest);
      if (spoken === 'silent') tell({ kind: 'silent' });
      if (spoken === null || spoken === 'silent' || !spoken.over) return;
      const from = Math.max(0, spoken.first - AROUND) * FRAME;
      const to = Math.min(levels.length, spoken.end + AROUND) * FRAME;
      const said = sound.slice(from, Math.min(to, from + MOST));
      tell({ kind: 'name', name: new SpokenName(Buffer.from(encode(said)).toString('base64')) });
    };
    const timer = setTimeout(lost, longest + LATE);
    listening.add(() => clearTimeout(timer));
    listening.add(microphone.subscribe({ next: hear, error: lost, complete: lost }));
    return listening;
  });
}

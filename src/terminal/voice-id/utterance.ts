import { Observable, Subscription } from 'rxjs';
import { FRAME, TICK_MS } from '../audio/frame.ts';
import type { TapFrame } from '../audio/port.ts';
import { endpoint, type Spoken } from './endpoint.ts';
import { loudness } from './loudness.ts';

/** A microphone that gives nothing for so long after it must be over gives nothing any more, ms. */
const LATE = 2_000;

/** What a caller has said so far. */
export interface Said extends Spoken {
  readonly kind: 'said';
  /** From its first speech to its last, and so many frames before and after them, as far as they were heard. */
  sound(around: number): Int16Array;
}

/** `lost`: the microphone gives nothing, or no more. */
export type Utterance = Said | { readonly kind: 'silent' } | { readonly kind: 'lost' };

/**
 * Listens until a caller has said what he has to say, or nothing, or for `longest` ms. Told with each frame from his first word on;
 * completes with what is `over`, `silent` or `lost`.
 */
export function hearUtterance(microphone: Observable<TapFrame>, longest: number): Observable<Utterance> {
  return new Observable((subscriber) => {
    const sound = new Int16Array(Math.ceil(longest / TICK_MS) * FRAME);
    const levels: number[] = [];
    const listening = new Subscription();
    const end = (utterance: Utterance) => {
      listening.unsubscribe();
      subscriber.next(utterance);
      subscriber.complete();
    };
    const lost = () => end({ kind: 'lost' });
    const hear = ({ samples }: TapFrame) => {
      sound.set(samples, levels.length * FRAME);
      levels.push(loudness(samples));
      const spoken = endpoint(levels, longest);
      if (spoken === 'silent') end({ kind: 'silent' });
      if (spoken === null || spoken === 'silent') return;
      const from = (around: number) => Math.max(0, spoken.first - around) * FRAME;
      const to = (around: number) => Math.min(levels.length, spoken.end + around) * FRAME;
      const said: Said = { kind: 'said', ...spoken, sound: (around) => sound.slice(from(around), to(around)) };
      if (spoken.over) end(said);
      else subscriber.next(said);
    };
    const timer = setTimeout(lost, longest + LATE);
    listening.add(() => clearTimeout(timer));
    listening.add(microphone.subscribe({ next: hear, error: lost, complete: lost }));
    return listening;
  });
}

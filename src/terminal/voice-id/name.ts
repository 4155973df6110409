import { EMPTY, mergeMap, type Observable, of } from 'rxjs';
import type { Heard } from '../../protocol/ask.ts';
import { LONGEST_NAME, SpokenName } from '../../protocol/spoken-name.ts';
import { RATE } from '../audio/frame.ts';
import type { TapFrame } from '../audio/port.ts';
import { hearUtterance } from './utterance.ts';

/** Kept before and after what was said, frames: soft sounds at its ends are his name too. */
const AROUND = 8;
/** What is kept of it, samples. */
const MOST = (RATE / 8_000) * LONGEST_NAME;

/** How a caller says his name, of `longest` ms at most: one `Heard`, when it is over. No voice is analysed. `encode` makes of 16 kHz what is kept. */
export function hearName(
  microphone: Observable<TapFrame>,
  encode: (sound: Int16Array) => Uint8Array,
  longest: number,
): Observable<Heard> {
  return hearUtterance(microphone, longest).pipe(
    mergeMap((utterance): Observable<Heard> => {
      if (utterance.kind === 'silent') return of(utterance);
      if (utterance.kind === 'lost') return of({ kind: 'unjudged', reason: 'no-microphone' });
      if (!utterance.over) return EMPTY;
      const said = utterance.sound(AROUND).subarray(0, MOST);
      return of({ kind: 'name', name: new SpokenName(Buffer.from(encode(said)).toString('base64')) });
    }),
  );
}

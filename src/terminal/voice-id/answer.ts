import { concatMap, defer, EMPTY, from, map, type Observable, of } from 'rxjs';
import type { Heard } from '../../protocol/ask.ts';
import { Voice } from '../../protocol/voice.ts';
import { TICK_MS } from '../audio/frame.ts';
import type { TapFrame } from '../audio/port.ts';
import type { Analysis, VoiceId } from './port.ts';
import { hearUtterance, type Said } from './utterance.ts';

/** Heard before and after an answer, ms: by that the noise is known. */
const AROUND = 300;
/** As more is heard the end of what was said is found a little sooner or later, frames: within this, all of which was heard, it is the same. */
const SAME = 10;

/**
 * What comes of listening to an answer of `longest` ms at most: one `Heard`, when it is over. It is analysed in the silence in which
 * it may prove to be over, so that what was found is there when it has. Unsubscribing ends the listening.
 */
export function hearAnswer(microphone: Observable<TapFrame>, voiceId: VoiceId, longest: number): Observable<Heard> {
  return defer(() => {
    const early = new Early(voiceId);
    return hearUtterance(microphone, longest).pipe(
      concatMap((utterance): Observable<Heard> => {
        if (utterance.kind === 'silent') return of(utterance);
        if (utterance.kind === 'lost') return of({ kind: 'unjudged', reason: 'no-microphone' });
        const analysis = early.see(utterance);
        return utterance.over && analysis ? from(analysis).pipe(map(heardOf)) : EMPTY;
      }),
    );
  });
}

/** Analyses an answer where it is likely over. */
class Early {
  readonly #voiceId: VoiceId;
  /** What was analysed last, or is being: up to the end of what was said, in frames. */
  #last: { readonly end: number; readonly analysis: Promise<Analysis> } | null = null;
  #busy = false;

  constructor(voiceId: VoiceId) {
    this.#voiceId = voiceId;
  }

  /** The last analysis: of an answer that is over, of all of it. */
  see({ end, likely, over, sound }: Said): Promise<Analysis> | null {
    const isKnown = this.#last !== null && Math.abs(this.#last.end - end) <= SAME;
    // One at a time: what was heard in pauses must not be in the way of the last.
    if (!isKnown && (over || (likely && !this.#busy))) {
      this.#busy = true;
      const analysis = this.#voiceId.analyse(sound(AROUND / TICK_MS));
      this.#last = { end, analysis };
      void analysis.then(() => {
        this.#busy = false;
      });
    }
    return this.#last?.analysis ?? null;
  }
}

const heardOf = (analysis: Analysis): Heard =>
  analysis.judged
    ? { kind: 'answer', voice: new Voice({ answers: [analysis.features], first: [] }) }
    : { kind: 'unjudged', reason: analysis.reason };

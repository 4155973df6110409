import { Observable, Subscription } from 'rxjs';
import type { Heard } from '../../protocol/ask.ts';
import { Voice } from '../../protocol/voice.ts';
import { FRAME, TICK_MS } from '../audio/frame.ts';
import type { TapFrame } from '../audio/port.ts';
import { endpoint } from './endpoint.ts';
import { loudness } from './loudness.ts';
import type { Analysis, VoiceId } from './port.ts';

/** Heard before and after what was said, ms: by it the noise is known that was spoken over. */
const AROUND = 300;
/** As more is heard the end of what was said is found a little sooner or later, frames: within this it is the same. */
const SAME = 5;
/** A microphone that gives nothing for so long after an answer must be over gives nothing any more, ms. */
const LATE = 2_000;

/** The part of an answer that was, or is being, analysed. */
interface Part {
  readonly end: number;
  readonly analysis: Promise<Analysis>;
}

/**
 * What comes of listening to an answer of `longest` ms at most: one `Heard`, when it is over. It is analysed in the silence in which
 * it may prove to be over, so that what was found is there when it has. Unsubscribing ends the listening.
 */
export function hearAnswer(microphone: Observable<TapFrame>, voiceId: VoiceId, longest: number): Observable<Heard> {
  return new Observable((subscriber) => {
    const sound = new Int16Array(Math.ceil(longest / TICK_MS) * FRAME);
    const levels: number[] = [];
    let early: Part | null = null;
    let busy = false;
    const listening = new Subscription();
    const tell = (heard: Heard) => {
      listening.unsubscribe();
      subscriber.next(heard);
      subscriber.complete();
    };
    const lost = () => tell({ kind: 'unjudged', reason: 'no-microphone' });
    const analyse = (first: number, end: number): Part => {
      const from = Math.max(0, first * FRAME - (AROUND / TICK_MS) * FRAME);
      const to = Math.min(levels.length, end + AROUND / TICK_MS) * FRAME;
      busy = true;
      const analysis = voiceId.analyse(sound.slice(from, to));
      void analysis.then(() => {
        busy = false;
      });
      return { end, analysis };
    };
    const hear = ({ samples }: TapFrame) => {
      sound.set(samples, levels.length * FRAME);
      levels.push(loudness(samples));
      const spoken = endpoint(levels, longest);
      if (spoken === 'silent') tell({ kind: 'silent' });
      if (spoken === null || spoken === 'silent') return;
      const { first, end, silence, over } = spoken;
      // One at a time: who speaks in single words must not find all but the last of them in its way.
      const isNew = !early || Math.abs(early.end - end) > SAME;
      if (isNew && (over || (silence >= AROUND && !busy))) early = analyse(first, end);
      if (!over || !early) return;
      listening.unsubscribe();
      void early.analysis.then((analysis) => tell(heardOf(analysis)));
    };
    const timer = setTimeout(lost, longest + LATE);
    listening.add(() => clearTimeout(timer));
    listening.add(microphone.subscribe({ next: hear, error: lost, complete: lost }));
    return listening;
  });
}

const heardOf = (analysis: Analysis): Heard =>
  analysis.judged
    ? { kind: 'answer', voice: new Voice({ answers: [analysis.features], first: [] }) }
    : { kind: 'unjudged', reason: analysis.reason };

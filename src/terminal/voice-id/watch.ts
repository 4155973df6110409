import { concatMap, EMPTY, from, mergeMap, type Observable, of, scan, takeWhile } from 'rxjs';
import { Voice, type VoiceFeatures } from '../../protocol/voice.ts';
import type { Cannot } from '../../protocol/voice-check.ts';
import type { TapFrame } from '../audio/port.ts';
import type { Analysis, VoiceId } from './port.ts';
import { Windows } from './window.ts';

/** Windows that are told together. */
const TOGETHER = 3;
/** What stands in the way for good: asking again costs a process each time. */
const FOR_GOOD: readonly Cannot[] = ['missing-file', 'wrong-file', 'not-supported', 'closed'];

interface Heard {
  /** Of the first windows of the call. */
  readonly first: readonly VoiceFeatures[];
  /** Of those that are not told yet; full, they are told now. */
  readonly latest: readonly VoiceFeatures[];
}

/**
 * Who speaks at the handset in the course of a call, three windows at a time: the latest as `answers`, and from the second time on
 * the first three of the call as `first`. It ends with the tap, or where no voice can be heard here at all.
 */
export function watchVoice(tap: Observable<TapFrame>, voiceId: VoiceId): Observable<Voice> {
  const windows = new Windows();
  return tap.pipe(
    mergeMap((frame) => {
      const window = windows.push(frame);
      return window === null ? EMPTY : of(window);
    }),
    concatMap((window) => from(voiceId.analyse(window, 'window'))),
    takeWhile((analysis) => analysis.judged || !FOR_GOOD.includes(analysis.reason)),
    mergeMap((analysis: Analysis) => (analysis.judged ? of(analysis.features) : EMPTY)),
    scan(heard, { first: [], latest: [] } as Heard),
    mergeMap(({ first, latest }) =>
      latest.length < TOGETHER ? EMPTY : of(new Voice({ answers: [...latest], first: [...first] })),
    ),
  );
}

function heard({ first, latest }: Heard, next: VoiceFeatures): Heard {
  if (latest.length < TOGETHER) return { first, latest: [...latest, next] };
  return { first: first.length === 0 ? latest : first, latest: [next] };
}

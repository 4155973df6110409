import { type Observable, of, Subject, Subscription } from 'rxjs';
import type { Heard } from '../../protocol/ask.ts';
import type { CallId } from '../../protocol/units.ts';
import type { Voice } from '../../protocol/voice.ts';
import type { Sound } from '../audio/port.ts';
import { hearAnswer } from './answer.ts';
import { hearName } from './name.ts';
import type { VoiceId } from './port.ts';
import { watchVoice } from './watch.ts';

/** What is heard of the caller's voice. */
export type VoiceEvent =
  /** What came of the answer that `listen` of that number was to take. */
  | { type: 'answer'; call: CallId; listen: number; heard: Heard }
  /** Who spoke at the handset in the last windows of a call that is watched. */
  | { type: 'windows'; call: CallId; voice: Voice }
  /** A call is not watched, as it is privileged or not there. */
  | { type: 'unwatched'; detail: string };

/** Listens to the caller: to his answers before a call, and to who speaks in it. */
export interface Listener {
  readonly events: Observable<VoiceEvent>;
  /** Has what hears voices ready. */
  warm(): void;
  /** Takes an answer, or a name, of `longest` ms at most, and no other from now on. Told by `answer`, once. */
  listen(call: CallId, listen: number, take: 'answer' | 'name', longest: number): void;
  /** No answer is wanted any more, and none is told. */
  stop(): void;
  /** Hears who speaks in `call` until its media ends, and in no other call. A privileged call is heard by nobody. */
  watch(call: CallId): void;
  close(): Promise<void>;
}

/**
 * `voiceId` null: this handset is for text telephones, whose callers do not speak. `encodeName` makes of a name at 16 kHz what is kept of it.
 */
export function openListener(
  sound: Pick<Sound, 'microphone' | 'tap'>,
  voiceId: VoiceId | null,
  encodeName: (sound: Int16Array) => Uint8Array,
): Listener {
  const events = new Subject<VoiceEvent>();
  let listening = Subscription.EMPTY;
  let watching = Subscription.EMPTY;
  const heard = (take: 'answer' | 'name', longest: number): Observable<Heard> => {
    if (voiceId === null) return of({ kind: 'unjudged', reason: 'not-supported' });
    const microphone = sound.microphone();
    return take === 'name' ? hearName(microphone, encodeName, longest) : hearAnswer(microphone, voiceId, longest);
  };
  return {
    events: events.asObservable(),
    warm: () => voiceId?.warm(),
    listen(call, listen, take, longest) {
      listening.unsubscribe();
      listening = heard(take, longest).subscribe((heard) => events.next({ type: 'answer', call, listen, heard }));
    },
    stop: () => listening.unsubscribe(),
    watch(call) {
      watching.unsubscribe();
      if (voiceId === null) return;
      watching = watchVoice(sound.tap(call), voiceId).subscribe({
        next: (voice) => events.next({ type: 'windows', call, voice }),
        error: ({ message }: Error) => events.next({ type: 'unwatched', detail: message }),
      });
    },
    async close() {
      listening.unsubscribe();
      watching.unsubscribe();
      await voiceId?.close();
      events.complete();
    },
  };
}

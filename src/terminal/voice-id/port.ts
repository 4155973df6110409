import type { VoiceFeatures } from '../../protocol/voice.ts';
import type { Cannot } from '../../protocol/voice-check.ts';

/** What came of an answer. */
export type Analysis =
  | { readonly judged: true; readonly features: VoiceFeatures }
  | { readonly judged: false; readonly reason: Cannot; readonly detail: string };

/** What was done so far. */
export interface Counts {
  readonly analysed: number;
  readonly cannot: Readonly<Record<Cannot, number>>;
  /** Processes started; more than one where one died, hung, or was renewed for its memory. */
  readonly started: number;
}

/** What is heard: of a window of a call it is told who speaks, and nothing of what is said (no `frames`). */
export type Piece = 'answer' | 'window';

/** Hears who speaks. */
export interface VoiceId {
  /**
   * What can be told of one answer, or window of a call: 16 kHz, mono, of which the first 20 s are heard. Never rejects: what stands in the way is
   * told as a reason. Answers are heard one after another, and a few wait.
   */
  analyse(answer: Int16Array, of?: Piece): Promise<Analysis>;
  /** Has the models ready for an answer that will come; what stands in the way is told by the answer. */
  warm(): void;
  readonly counts: Counts;
  /** Ends the process; what waits is told `closed`. */
  close(): Promise<void>;
}

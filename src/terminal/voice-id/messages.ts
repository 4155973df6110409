import type { VoiceFeatures } from '../../protocol/voice.ts';
import type { Cannot } from '../../protocol/voice-check.ts';
import type { Piece } from './port.ts';

/** To the process: an answer, or a window. */
export interface Ask {
  readonly id: number;
  readonly answer: Int16Array;
  readonly of: Piece;
}

/** From the process. `rss` is the memory it has, bytes. */
export type Told =
  | { readonly type: 'ready'; readonly rss: number }
  | { readonly type: 'cannot'; readonly reason: Cannot; readonly detail: string }
  | { readonly type: 'features'; readonly id: number; readonly features: VoiceFeatures; readonly rss: number }
  | { readonly type: 'failed'; readonly id: number; readonly detail: string; readonly rss: number };

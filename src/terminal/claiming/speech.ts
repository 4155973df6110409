import type { Clip, NumberClip } from '../call/clip.ts';

/** What is said in the handset of a phone that is nobody's yet. */
export type Saying =
  | { readonly kind: 'looking' }
  | { readonly kind: 'no-platform' }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'answer' }
  | { readonly kind: 'wrong-answer' }
  | { readonly kind: 'claimed' };

const digits = (text: string): Clip[] => [...text].map((digit): NumberClip => `n${Number(digit)}`);

/** As recordings, in order. A code is said twice: the second time is for who had no pen. */
export function clipsOf(saying: Saying): readonly Clip[] {
  switch (saying.kind) {
    case 'looking':
      return ['one-moment'];
    case 'no-platform':
      return ['phone-is-new', 'no-platform'];
    case 'code':
      return ['phone-is-new', 'its-code-is', ...digits(saying.code), 'once-more', ...digits(saying.code)];
    case 'answer':
      return ['key-page-digits'];
    case 'wrong-answer':
      return ['page-digits-wrong', 'try-again'];
    case 'claimed':
      return ['phone-is-claimed'];
  }
}

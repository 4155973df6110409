import type { VoiceRules } from '../../src/platform/callers/voiceprints/rules.ts';
import type { Speaker } from './port.ts';

/** What is asked of voices in a world. */
export interface Voices {
  /** The block `voice` of the facility. */
  readonly facility: VoiceRules;
  /** Callers who are enrolled when it begins, each by the voice of his name; and those who are asked to enrol at their next call. */
  readonly enrolled: readonly Speaker[];
  readonly asked: readonly Speaker[];
}

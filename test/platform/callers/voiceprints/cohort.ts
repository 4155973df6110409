import { shippedBackends } from '../../../../src/platform/callers/voiceprints/shipped.ts';
import { packed } from '../../../../src/protocol/embedding.ts';
import type { VoiceFeatures } from '../../../../src/protocol/voice.ts';
import { Random } from '../../../terminal/call/random.ts';

const random = new Random(7);
/** From -1 to 1. */
const chance = () => random.below(2_000) / 1_000 - 1;

/** What somebody of our models' cohort says, as the phone's engine would tell it; never twice the same. */
export function cohortSays(which: number): VoiceFeatures {
  const embeddings = shippedBackends().map(({ model, cohort }) => {
    const voice = cohort[which] ?? [];
    const size = Math.sqrt(voice.reduce((sum, value) => sum + value ** 2, 0) / voice.length);
    return { model, values: packed(Float32Array.from(voice, (value) => value + size * chance() * 0.5)) };
  });
  return { embeddings, netSeconds: 2, snr: 25, band: 'wide', level: -20, clipped: 0 };
}

import type { LoopbackResult } from '../../audio/port.ts';
import type { Measured } from './result.ts';

/** The loop-back test of the handset, as a part of a self-test. */
export async function measureSound(loopback: () => Promise<LoopbackResult>): Promise<Measured> {
  try {
    const { verdict, detail, figures } = await loopback();
    const numbers = Object.entries(figures).flatMap(([name, value]) =>
      value === null ? [] : [[`${name}Db`, value] as const],
    );
    const whole = verdict === 'ok';
    const [found = detail, ...advice] = detail.split('; ');
    return {
      detail: whole ? detail : found,
      remedy: whole ? undefined : advice.join('; ') || 'check the handset, its cord and its plugs',
      figures: Object.fromEntries(numbers),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { detail: why, remedy: 'check that the sound card is plugged in and named in the board file' };
  }
}

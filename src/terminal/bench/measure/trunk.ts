import type { TrunkHealth } from '../../telephony/port.ts';
import type { Measured } from './result.ts';

/** Whether calls can go out: one trunk at least is registered or alive. */
export async function measureTrunk(probe: () => Promise<readonly TrunkHealth[]>): Promise<Measured> {
  const trunks = await probe();
  const detail = trunks.map(({ trunk, up, detail }) => `${trunk} ${up ? 'up' : 'down'}: ${detail}`).join('; ');
  const answers = trunks.flatMap(({ answer }) => (answer === null ? [] : [answer]));
  const figures = {
    up: trunks.filter(({ up }) => up).length,
    trunks: trunks.length,
    ...(answers.length > 0 && { answerMs: Math.min(...answers) }),
  };
  if (trunks.some(({ up }) => up)) return { detail, figures };
  const remedy = 'check server, user and password under sip: in the configuration, and the way to the server';
  return { detail, remedy, figures };
}

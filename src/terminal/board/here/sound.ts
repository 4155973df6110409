import { hindrance } from '../../audio/device/card.ts';
import type { Finding } from '../check/finding.ts';
import type { BoardFile } from '../file.ts';
import { installed } from './program.ts';

const WHY = 'The caller would hear nothing, or not be heard.';

/** Whether the sound card is there, may be opened, and the programs that play and record it are installed. */
export function soundFindings({ audio }: BoardFile, root: string): readonly Finding[] {
  if (audio.kind !== 'alsa' && audio.kind !== 'commands') return [];
  const found = (['capture', 'playback'] as const).flatMap((part) => {
    const program = audio.kind === 'commands' ? (audio[part][0] ?? '') : part === 'capture' ? 'arecord' : 'aplay';
    const absent = installed(program) ? null : `the program ${program} is not installed: ${install(audio.kind)}`;
    const hindered = audio.kind === 'alsa' ? hindrance(audio[part], part, root) : null;
    return [absent, hindered].flatMap((trouble) => (trouble === null ? [] : finding(part, trouble)));
  });
  // A card that is not there is told once, and not for either way.
  return found.filter(({ what }, index) => found.findIndex((other) => other.what === what) === index);
}

const install = (kind: 'alsa' | 'commands') =>
  kind === 'alsa' ? 'apt install alsa-utils' : 'install it, or write another';

/** What is wrong, and behind a colon what to do. */
function finding(part: string, trouble: string): Finding {
  const [, what = trouble, remedy = ''] = trouble.match(/^([^:]*(?::(?=\S)[^:]*)*): (.*)$/s) ?? [];
  return { level: 'error', path: ['audio', part], what, why: WHY, remedy: `${remedy}.` };
}

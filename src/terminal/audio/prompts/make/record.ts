import { finish, RATE } from './finish.ts';
import { goesOn, type Spoken, startsAnew, words } from './texts.ts';
import { voiceOf } from './voices.ts';
import { writeWav } from './wav-file.ts';

/** Speaks one text: a WAV file. The same text gives the same bytes. @throws Error that names the text */
export async function record(spoken: Spoken): Promise<Buffer> {
  try {
    const speech = await voiceOf(spoken).speak(words(spoken.text));
    return writeWav(finish(speech, { before: startsAnew(spoken.text), after: !goesOn(spoken.text) }), RATE);
  } catch (cause) {
    throw new Error(`${spoken.clip}: "${spoken.text}" cannot be spoken`, { cause });
  }
}

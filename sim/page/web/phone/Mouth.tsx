import { SPEAKERS, type Mouth as Who } from '../../../world/port.ts';
import { act, snapshot } from '../state.ts';
import { Press } from '../view/Press.tsx';
import { SPEAKER_NAMES } from '../words.ts';

const WHO: Record<Who, string> = {
  'test-signal': 'a test voice',
  nobody: 'nobody',
  daniel: "Daniel's voice",
  james: "James's voice",
  maria: "Maria's voice (Spanish)",
};
const ALL = Object.keys(WHO) as Who[];

/** Who has the handset, and who says the digits that are asked for: a right voice or a wrong one. */
export function Mouth() {
  const now = snapshot.value;
  const asked = now?.asked ?? null;
  return (
    <div class="mouth">
      <label class="field">
        At the handset
        <select
          value={now?.mouth ?? 'test-signal'}
          onChange={(event) => {
            const to = ALL.find((who) => who === event.currentTarget.value);
            if (to) act({ do: 'hand', to });
          }}
        >
          {ALL.map((who) => (
            <option key={who} value={who}>
              {WHO[who]}
            </option>
          ))}
        </select>
      </label>
      <p role="status">{asked === null ? 'No voice is asked for.' : `Asked to say ${[...asked].join(' ')}`}</p>
      <div class="chips">
        {SPEAKERS.map((speaker) => (
          <Press class="plain" key={speaker} off={asked === null} onPress={() => act({ do: 'say-digits', speaker })}>
            Answer as {SPEAKER_NAMES[speaker]}
          </Press>
        ))}
      </div>
    </div>
  );
}

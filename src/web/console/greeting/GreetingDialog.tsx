import { useEffect, useRef, useState } from 'preact/hooks';
import { GREETING_RATE } from '../../../protocol/greeting.ts';
import type { Language } from '../../../protocol/units.ts';
import { FormDialog } from '../view/FormDialog.tsx';
import { words } from '../words/words.ts';
import { decoded } from './decoding.ts';
import { play } from './playing.ts';
import { type Recorder, record } from './recorder.ts';
import { greetingOf } from './sound.ts';

/** The facility's name, from a file or said here; it is saved by who has heard it. */
export function GreetingDialog(props: {
  language: Language;
  /** @throws Problem */
  send: (sound: Uint8Array) => Promise<void>;
  onClose: () => void;
}) {
  const w = words.value;
  const [sound, setSound] = useState<Uint8Array | null>(null);
  const [heard, setHeard] = useState(false);
  const [says, setSays] = useState('');
  const { recording, toggle } = useRecorder(take, () => setSays(w.greeting.noMicrophone));

  async function take(file: Blob): Promise<void> {
    setHeard(false);
    setSound(null);
    const samples = await decoded(file);
    const made = typeof samples === 'string' ? { fault: samples } : greetingOf(samples);
    if ('fault' in made) return setSays(w.greeting.faults[made.fault]);
    setSays(w.greeting.ready(Math.round(made.sound.length / (GREETING_RATE / 10)) / 10));
    setSound(made.sound);
  }

  return (
    <FormDialog
      title={`${w.greeting.title}: ${w.callers.languages[props.language]}`}
      says={w.greeting.how}
      ready={sound !== null && heard && !recording}
      onClose={props.onClose}
      send={async () => {
        if (sound) await props.send(sound);
      }}
    >
      <label class="field">
        {w.greeting.file}
        <input
          type="file"
          accept="audio/*"
          onChange={({ currentTarget: { files } }) => {
            const file = files?.[0];
            if (file) void take(file);
          }}
        />
      </label>
      <p class="sheet-buttons">
        <button type="button" class="plain" aria-pressed={recording} onClick={toggle}>
          {recording ? w.greeting.stop : w.greeting.record}
        </button>
        <button
          type="button"
          class="plain"
          disabled={sound === null || recording}
          onClick={() => sound && void play(sound).then(() => setHeard(true))}
        >
          {w.greeting.hear}
        </button>
      </p>
      <p role="status">{recording ? w.greeting.speak : says}</p>
    </FormDialog>
  );
}

/** One recording at a time; it ends with the dialog. */
function useRecorder(take: (recorded: Blob) => Promise<void>, none: () => void) {
  const under = useRef<Recorder | null>(null);
  const [recording, setRecording] = useState(false);
  useEffect(() => () => under.current?.stop(), []);
  const begin = async (): Promise<void> => {
    const recorder = await record();
    if (!recorder) return none();
    under.current = recorder;
    setRecording(true);
    const recorded = await recorder.done;
    under.current = null;
    setRecording(false);
    await take(recorded);
  };
  return { recording, toggle: () => (under.current ? under.current.stop() : void begin()) };
}

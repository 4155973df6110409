import { microphone, startMicrophone, stopMicrophone } from '../sound/microphone.ts';
import { playClick, soundState } from '../sound/player.ts';
import { act, snapshot, speak } from '../state.ts';
import { Captions } from '../view/Captions.tsx';
import { Meter } from '../view/Meter.tsx';
import { Handset } from './Handset.tsx';
import { Keypad } from './Keypad.tsx';
import { Mouth } from './Mouth.tsx';

function Lamp() {
  const now = snapshot.value;
  const [look, text] =
    !now || now.faults.length > 0
      ? (['fault', now ? 'Out of order' : 'No signal'] as const)
      : now.lockdown.state === 'lockdown'
        ? (['locked', 'Locked down'] as const)
        : now.lockdown.state === 'disabled'
          ? (['locked', 'Disabled'] as const)
          : now.hook === 'off'
            ? (['busy', 'In use'] as const)
            : (['ready', 'In service'] as const);
  return (
    <p class={`lamp ${look}`}>
      <span aria-hidden="true" />
      {text}
    </p>
  );
}

const MICROPHONE = {
  'test-signal': ['Use my microphone', 'A made-up voice speaks for you.'],
  asking: ['Asking…', 'The browser asks for leave.'],
  on: ['Stop microphone', 'Your voice goes to the phone.'],
  refused: ['Use my microphone', 'The browser refused it: a made-up voice speaks for you.'],
  absent: ['Use my microphone', 'No microphone was found: a made-up voice speaks for you.'],
} as const;

const SOUND = {
  waiting: 'Sound starts with your first click or key.',
  starting: 'Sound is starting…',
  on: 'Sound is on.',
  failed: 'This browser could not start sound: click to try again.',
} as const;

function Volume({ direction }: { direction: 'up' | 'down' }) {
  return (
    <button
      type="button"
      class="key small"
      aria-label={`${direction === 'up' ? '+' : '−'} volume ${direction}`}
      onClick={() => {
        playClick();
        act({ do: 'volume', direction });
      }}
    >
      {direction === 'up' ? '+' : '−'}
    </button>
  );
}

/** The phone on the wall: handset, keys, volume, and what its ear and mouth do. */
export function WallPhone() {
  const [button, words] = MICROPHONE[microphone.value];
  return (
    <section class="wall-phone" aria-label="Wall phone">
      <div class="plate">
        {['tl', 'tr', 'bl', 'br'].map((corner) => (
          <span key={corner} class={`screw ${corner}`} aria-hidden="true" />
        ))}
        <Handset />
        <div class="panel">
          <div class="notice-card">
            <strong>{snapshot.value?.terminal ?? '—'}</strong>
            <span>Calls are recorded and monitored. Las llamadas son grabadas.</span>
          </div>
          <Lamp />
          <Keypad />
          <fieldset class="volume" aria-label="Volume">
            <Volume direction="down" />
            <span aria-hidden="true">VOLUME</span>
            <Volume direction="up" />
          </fieldset>
        </div>
      </div>
      <Captions end="caller" label="What is said at the phone" />
      <div class="ear-and-mouth">
        <Meter channel="earpiece" label="Earpiece" />
        <Meter channel="mouthpiece" label="Microphone" />
        <button
          type="button"
          class="plain"
          aria-pressed={microphone.value === 'on'}
          disabled={microphone.value === 'asking'}
          onClick={() => (microphone.value === 'on' ? stopMicrophone() : void startMicrophone(speak))}
        >
          {button}
        </button>
        <p class="quiet" role="status">
          {SOUND[soundState.value]} {words}
        </p>
        <Mouth />
      </div>
    </section>
  );
}

import { KEYS } from '../../../../src/protocol/units.ts';
import type { CalleeState, Deed } from '../../../world/port.ts';
import { listenToCallee } from '../sound/player.ts';
import { act, snapshot } from '../state.ts';
import { Captions } from '../view/Captions.tsx';
import { Meter } from '../view/Meter.tsx';
import { Press } from '../view/Press.tsx';
import { useRoving } from '../view/roving.ts';
import { Switch } from '../view/Switch.tsx';

type Act = Extract<Deed, { do: 'callee' }>['act'];
type Habit = Extract<Deed, { do: 'callee-habit' }>['habit'];

const STATE_WORDS: Record<CalleeState, string> = {
  idle: 'On the hook',
  ringing: 'Ringing',
  answered: 'Hears the greeting',
  accepted: 'Talking',
};

const ACTS: readonly { act: Act; text: string; when: readonly CalleeState[]; look: string }[] = [
  { act: 'answer', text: 'Answer', when: ['ringing'], look: 'yes' },
  { act: 'reject', text: 'Reject', when: ['ringing'], look: 'no' },
  { act: 'accept', text: 'Accept', when: ['answered'], look: 'yes' },
  { act: 'refuse', text: 'Refuse', when: ['answered'], look: 'no' },
  { act: 'block', text: 'Block', when: ['answered'], look: 'no' },
  { act: 'hang-up', text: 'Hang up', when: ['answered', 'accepted'], look: 'no' },
];

const HABITS: Record<Habit, string> = {
  manual: 'waits for your buttons',
  accept: 'answers and accepts',
  refuse: 'answers and refuses',
  block: 'answers and blocks',
  'no-answer': 'does not answer',
  busy: 'is busy',
  voicemail: 'is a voicemail',
};
const HABIT_NAMES = Object.keys(HABITS) as Habit[];

/** The called party: what it hears, and all it can do. */
export function Callee() {
  const now = snapshot.value;
  const { tabIndex, group } = useRoving(3);
  // A hotline is greeted by nobody: they talk once it has answered.
  const state = now?.phase === 'talking' && now.callee === 'answered' ? 'accepted' : (now?.callee ?? 'idle');
  return (
    <section class={`card callee ${state}`} aria-labelledby="callee" id="called-party" tabIndex={-1}>
      <header>
        <h2 id="callee">Called party</h2>
        <p class="state" role="status">
          <svg class="bell" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
            <path
              fill="currentColor"
              d="M6.6 10.8c1.4 2.8 3.8 5.1 6.6 6.6l2.2-2.2c.3-.3.7-.4 1-.2 1.1.4 2.3.6 3.6.6.6 0 1 .4 1 1V20c0 .6-.4 1-1 1C10.6 21 3 13.4 3 4c0-.6.4-1 1-1h3.5c.6 0 1 .4 1 1 0 1.3.2 2.5.6 3.6.1.3 0 .7-.2 1z"
            />
          </svg>
          {STATE_WORDS[state]}
        </p>
      </header>
      <div class="acts">
        {ACTS.map(({ act: what, text, when, look }) => (
          <Press
            key={what}
            class={`act ${look}`}
            off={!when.includes(state)}
            onPress={() => act({ do: 'callee', act: what })}
          >
            {what === 'block' && now?.blocking ? 'Block: again' : text}
          </Press>
        ))}
      </div>
      <Captions end="callee" label="What is said to the called party" />
      <div class="callee-more">
        <fieldset
          class="mini-keypad"
          aria-label="Called party's keypad"
          disabled={state === 'idle' || state === 'ringing'}
          {...group}
        >
          {KEYS.map((digit, i) => (
            <button
              type="button"
              key={digit}
              tabIndex={tabIndex(i)}
              aria-label={`Called party presses ${digit}`}
              onClick={() => act({ do: 'callee-digit', digit })}
            >
              {digit}
            </button>
          ))}
        </fieldset>
        <div class="callee-side">
          <label class="field">
            By itself it
            <select
              value={now?.calleeHabit ?? 'manual'}
              onChange={(event) => {
                const habit = HABIT_NAMES.find((h) => h === event.currentTarget.value);
                if (habit) act({ do: 'callee-habit', habit });
              }}
            >
              {HABIT_NAMES.map((habit) => (
                <option key={habit} value={habit}>
                  {HABITS[habit]}
                </option>
              ))}
            </select>
          </label>
          <Meter channel="callee" label="It hears" />
          <Switch
            text="Listen at this end"
            on={listenToCallee.value}
            onTurn={(on) => {
              listenToCallee.value = on;
            }}
          />
          {now?.controlRoom && (
            <button
              type="button"
              class="plain"
              onClick={() => act({ do: 'unblock' }, 'Staff have lifted the block: it can be called again.')}
            >
              Lift its block
            </button>
          )}
        </div>
      </div>
    </section>
  );
}

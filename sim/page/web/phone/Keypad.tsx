import { KEYS, type Key } from '../../../../src/protocol/units.ts';
import { useRoving } from '../view/roving.ts';
import { keyDown, press } from './keys.ts';

const LETTERS: Partial<Record<Key, string>> = {
  '2': 'ABC',
  '3': 'DEF',
  '4': 'GHI',
  '5': 'JKL',
  '6': 'MNO',
  '7': 'PQRS',
  '8': 'TUV',
  '9': 'WXYZ',
};
const NAMES: Partial<Record<Key, string>> = { '*': '* star', '#': '# pound' };

/** Twelve metal keys. A key acts when it goes down, as on the wall; Enter and Space press it too. */
export function Keypad() {
  const { tabIndex, group } = useRoving(3);
  return (
    <fieldset class="keypad" aria-label="Keypad" {...group}>
      {KEYS.map((key, i) => (
        <button
          type="button"
          key={key}
          class={keyDown.value === key ? 'key down' : 'key'}
          {...(NAMES[key] !== undefined && { 'aria-label': NAMES[key] })}
          tabIndex={tabIndex(i)}
          data-key={key}
          onPointerDown={(event) => {
            if (event.button === 0) press(key);
          }}
          onClick={(event) => {
            // Of the mouse the press was taken already; a click with no detail comes from the keyboard or a reader.
            if (event.detail === 0) press(key);
          }}
        >
          <span class="digit">{key}</span> {LETTERS[key] && <span class="letters">{LETTERS[key]}</span>}
        </button>
      ))}
    </fieldset>
  );
}

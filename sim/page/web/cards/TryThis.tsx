import { asKeyed, leadCall, stopTyping, typeKeys, typing } from '../phone/keys.ts';
import { snapshot } from '../state.ts';
import { Press } from '../view/Press.tsx';

/** Who may call whom: a click keys the PIN or the number, or leads the whole call. */
export function TryThis() {
  const people = snapshot.value?.tryThis ?? [];
  if (people.length === 0) return null;
  return (
    <section class="card try-this" aria-labelledby="try-this">
      <header>
        <h2 id="try-this">Try this</h2>
        <Press class="plain" off={!typing.value} onPress={stopTyping}>
          Stop
        </Press>
      </header>
      <ul>
        {people.map(({ name, pin, number, note, voice }) => (
          <li key={`${pin} ${number}`}>
            <div class="who">
              <b>{name}</b>
              <span class="quiet">{note}</span>
              <Press
                class="chip lead"
                label={`Call for me: ${name} to ${number}`}
                off={typing.value}
                onPress={() => leadCall(pin, number, voice)}
              >
                Call for me
              </Press>
            </div>
            <div class="chips">
              {pin !== '' && (
                <button
                  type="button"
                  class="chip"
                  aria-label={`PIN ${pin}: key it, as ${name}`}
                  onClick={() => typeKeys(pin)}
                >
                  <small>PIN</small> {pin}
                </button>
              )}
              <button
                type="button"
                class="chip"
                aria-label={`${number.startsWith('*') ? 'Code' : 'Number'} ${number}: key it`}
                onClick={() => typeKeys(number.startsWith('*') ? number : asKeyed(number))}
              >
                <small>{number.startsWith('*') ? 'CODE' : 'NUMBER'}</small> {number}
              </button>
            </div>
          </li>
        ))}
      </ul>
      <p class="quiet keys-hint">
        Your keyboard works too: <kbd>L</kbd> or <kbd>Space</kbd> for the handset, <kbd>0</kbd>–<kbd>9</kbd>{' '}
        <kbd>*</kbd> <kbd>#</kbd> for the keys.
      </p>
    </section>
  );
}

import { signal } from '@preact/signals';

const KEPT_AS = 'tierphone-engineers';

/** Whether what engineers look at is shown: links, timeline, MQTT. Off until asked for. */
export const engineers = signal(localStorage.getItem(KEPT_AS) === 'on');

/** Shows it or not, also at the next visit. */
export function showEngineers(on: boolean): void {
  engineers.value = on;
  localStorage.setItem(KEPT_AS, on ? 'on' : 'off');
}

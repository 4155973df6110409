import { computed, signal } from '@preact/signals';

const ROOMS = ['doors', 'phone', 'called-party', 'both'] as const;
export type Room = (typeof ROOMS)[number];

const hash = signal(location.hash);
window.addEventListener('hashchange', () => {
  hash.value = location.hash;
});

/** Behind which door the page stands: `#/phone`, `#/called-party`, `#/both`; anything else is before them all. */
export const room = computed<Room>(() => ROOMS.find((name) => hash.value === `#/${name}`) ?? 'doors');

export const linkTo = (name: Room): string => `#/${name}`;

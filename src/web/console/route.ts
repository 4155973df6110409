import { computed, signal } from '@preact/signals';
import { FacilityId } from '../../protocol/units.ts';

export const PAGES = [
  'live',
  'callers',
  'numbers',
  'records',
  'facility',
  'fitting',
  'keys',
  'people',
  'trail',
] as const;
/** Reports, which the records lead to, alerts, and one's own account, which is nobody's facility's, stand beside them. */
const BESIDE = ['reports', 'alerts', 'account'] as const;
export type PageName = (typeof PAGES)[number] | (typeof BESIDE)[number];

const hash = signal(location.hash);
window.addEventListener('hashchange', () => {
  hash.value = location.hash;
});

/**
 * Where the page stands: `#/<facility>/<page>`; `#/welcome/<token>` for who comes by a link that was printed for him; or
 * `#/attorney/<facility>` for attorneys.
 */
export const route = computed(() => {
  const [first = '', second = ''] = hash.value.replace(/^#\/?/, '').split('/').map(decoded);
  const nobody = { welcome: null, attorney: null, facility: null, page: 'live' as PageName };
  if (first === 'welcome') return { ...nobody, welcome: second };
  if (first === 'attorney') return { ...nobody, attorney: second };
  return {
    ...nobody,
    facility: FacilityId.safeParse(first).data ?? null,
    page: [...PAGES, ...BESIDE].find((name) => name === second) ?? 'live',
  };
});

export const linkTo = (facility: FacilityId | null, page: PageName): string => `#/${facility ?? ''}/${page}`;

/** A part of an address as it was meant; what cannot be read is nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

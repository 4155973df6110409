import { computed, signal } from '@preact/signals';
import { FacilityId } from '../../protocol/units.ts';

export const PAGES = ['live', 'callers', 'numbers', 'records', 'facility', 'keys', 'people', 'trail'] as const;
/** One's own account is nobody's facility's, and stands beside them. */
export type PageName = (typeof PAGES)[number] | 'account';

const hash = signal(location.hash);
window.addEventListener('hashchange', () => {
  hash.value = location.hash;
});

/** Where the page stands: `#/<facility>/<page>`, or `#/welcome/<token>` for who comes by a link that was printed for him. */
export const route = computed(() => {
  const [first = '', second = ''] = hash.value.replace(/^#\/?/, '').split('/').map(decoded);
  if (first === 'welcome') return { welcome: second, facility: null, page: 'live' as PageName };
  return {
    welcome: null,
    facility: FacilityId.safeParse(first).data ?? null,
    page: second === 'account' ? ('account' as const) : (PAGES.find((name) => name === second) ?? 'live'),
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

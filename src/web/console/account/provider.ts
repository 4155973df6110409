import { Done, ProviderOffer } from '../../../protocol/api/people.ts';
import { ask } from '../api/ask.ts';
import { askWhoIAm } from './session.ts';

/** In this tab alone, and until it is closed: what goes with somebody to the sign-on of his site. */
const KEPT_AS = 'tierphone-errand';

/** Goes to the sign-on of the site. @throws Problem */
export async function goToProvider(): Promise<void> {
  const { url, ticket } = await ask('POST', '/session/provider/offer', ProviderOffer);
  sessionStorage.setItem(KEPT_AS, ticket);
  location.assign(url);
}

/** Whether the page was opened by the sign-on that sends somebody back. */
export const cameBack = (): boolean => new URLSearchParams(location.search).has('state');

/** Signs in by what the sign-on sent back, which is taken out of the address. @throws Problem */
export async function enterByProvider(): Promise<void> {
  const query = location.search.slice(1);
  const ticket = sessionStorage.getItem(KEPT_AS) ?? '';
  sessionStorage.removeItem(KEPT_AS);
  history.replaceState(null, '', `${location.pathname}${location.hash}`);
  await ask('POST', '/session/provider', Done, { ticket, query });
  await askWhoIAm();
}

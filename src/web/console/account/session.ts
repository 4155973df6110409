import { computed, signal } from '@preact/signals';
import type { z } from 'zod';
import { Done, Me, SignInNext } from '../../../protocol/api/people.ts';
import type { Right } from '../../../protocol/api/rights.ts';
import { ask, Problem, whenSignedOut } from '../api/ask.ts';
import { route } from '../route.ts';

/** In which way the second step may be done. */
export type Way = z.infer<typeof SignInNext>['ways'][number];

/** Who uses this page: not asked yet, nobody, or somebody. */
export const session = signal<{ state: 'asking' | 'nobody' } | { state: 'known'; me: z.infer<typeof Me> }>({
  state: 'asking',
});

export const me = computed(() => (session.value.state === 'known' ? session.value.me : null));

/** The facility that the page is about: that of the address, else the first. */
export const here = computed(() => {
  const all = me.value?.facilities;
  return all?.find(({ facility }) => facility === route.value.facility) ?? all?.[0] ?? null;
});

/** Whether this person may do something here. The server decides; this only leaves out of the page what it would refuse. */
export const may = (right: Right): boolean => here.value?.rights.includes(right) ?? false;

whenSignedOut(() => {
  session.value = { state: 'nobody' };
});

/** Asks the server who this is; where it cannot be reached, what was known stays. */
export async function askWhoIAm(): Promise<void> {
  try {
    session.value = { state: 'known', me: await ask('GET', '/session', Me) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (session.peek().state === 'asking') session.value = { state: 'nobody' };
  }
}

/** First half of signing in: with what the second half may be done. @throws Problem */
export async function signIn(email: string, password: string): Promise<readonly Way[]> {
  return (await ask('POST', '/session', SignInNext, { email, password })).ways;
}

/** Second half: the code that an app shows, one of those kept on paper, or what a passkey signed. @throws Problem */
export async function proveSecond(proof: { totp: string } | { recovery: string } | { passkey: object }): Promise<void> {
  await ask('POST', '/session/second', Done, proof);
  await askWhoIAm();
}

/** Signs in by what a passkey signed, alone. @throws Problem */
export async function enterByPasskey(passkey: object): Promise<void> {
  await ask('POST', '/session/passkey', Done, { passkey });
  await askWhoIAm();
}

/** @throws Problem */
export async function signOut(): Promise<void> {
  await ask('DELETE', '/session', Done);
  session.value = { state: 'nobody' };
}

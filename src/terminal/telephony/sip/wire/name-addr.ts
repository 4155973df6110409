/** Longest user part that is passed up; what is longer is cut. */
const LONGEST = 64;
/** Most addresses that are read of one list. */
const MOST = 32;

/**
 * The user parts of a list of addresses as Contact, History-Info, Diversion and Refer-To have them (name-addr or
 * addr-spec, RFC 3261 20.10), null for one without. Never throws, whatever it is given.
 */
export function usersIn(list: string): (string | null)[] {
  return split(list).map((address) => userOf(uriOf(address)));
}

/** One entry of a list of addresses, as it came. */
export interface Address {
  /** What stands between its angle brackets, or all before the first parameter; may be no URI at all. */
  readonly uri: string;
  /** Its own parameters, not those of its URI: names in lower case, values without quotes, empty where there is none. */
  readonly params: ReadonlyMap<string, string>;
}

/** The addresses of a list as Contact and Record-Route have them. Never throws, whatever it is given. */
export function addressesIn(list: string): Address[] {
  return split(list).map((address) => ({ uri: uriOf(address), params: paramsOf(address) }));
}

function paramsOf(address: string): ReadonlyMap<string, string> {
  const close = outside(address, '<') < 0 ? 0 : address.indexOf('>', outside(address, '<'));
  const params = new Map<string, string>();
  for (const [, name = '', quoted, plain] of address
    .slice(Math.max(0, close))
    .matchAll(/;\s*([^\s;=]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*)))?/g)) {
    params.set(name.toLowerCase(), quoted ?? plain ?? '');
  }
  return params;
}

/** User part of a SIP or tel URI, without password, parameters and what separates digits for the eye; null where it has none. */
export function userOf(uri: string): string | null {
  const parts = /^(sips?|tel):([^?]*)/i.exec(uri);
  if (!parts?.[1] || parts[2] === undefined) return null;
  const at = parts[2].lastIndexOf('@');
  const tel = parts[1].toLowerCase() === 'tel';
  if (!tel && at < 0) return null;
  const user = (tel ? parts[2] : parts[2].slice(0, at)).split(/[;:]/)[0] ?? '';
  const plain = unescaped(user).replace(/[^\x21-\x7e]/g, '');
  // Of a number only its digits count.
  const written = /^\+?[\d().-]+$/.test(plain) ? plain.replace(/[().-]/g, '') : plain;
  return written === '' ? null : written.slice(0, LONGEST);
}

/** What stands between the angle brackets outside quotes; else all before the first parameter. */
function uriOf(address: string): string {
  const open = outside(address, '<');
  if (open < 0) return (address.split(';')[0] ?? '').trim();
  const close = address.indexOf('>', open);
  return address.slice(open + 1, close < 0 ? undefined : close).trim();
}

/** Splits at commas outside quotes and angle brackets. */
function split(list: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let quoted = false;
  let angled = false;
  for (let at = 0; at < list.length && parts.length < MOST; at += 1) {
    const c = list[at];
    if (quoted && c === '\\') at += 1;
    else if (c === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (c === '<') angled = true;
    else if (c === '>') angled = false;
    else if (c === ',' && !angled) {
      parts.push(list.slice(from, at));
      from = at + 1;
    }
  }
  if (parts.length < MOST) parts.push(list.slice(from));
  return parts.filter((part) => part.trim() !== '');
}

/** Index of a character outside quotes, -1 where there is none. */
function outside(text: string, wanted: string): number {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const c = text[at];
    if (quoted && c === '\\') at += 1;
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === wanted) return at;
  }
  return -1;
}

function unescaped(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}

/** Port of a SIP URI; undefined where it has none. */
export function portOf(uri: string): number | undefined {
  const port = /^sips?:(?:[^@]*@)?(?:\[[^\]]*\]|[^:;?\s]+):(\d{1,5})(?:[;?]|$)/i.exec(uri)?.[1];
  return port === undefined ? undefined : Number(port);
}

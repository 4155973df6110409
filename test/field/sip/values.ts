import fc from 'fast-check';

/** Any bytes but those that end a line, a character each. */
const bytes = fc
  .array(fc.integer({ min: 0, max: 255 }), { maxLength: 24 })
  .map((codes) => String.fromCharCode(...codes).replace(/[\r\n]/g, '\t'));
const token = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,12}$/);
const quoted = fc.oneof(token, bytes).map((text) => `"${text.replace(/["\\]/g, (c) => `\\${c}`)}"`);
const display = fc.oneof(
  fc.constantFrom('', '"Doe, John" ', 'Doe, John ', 'Jos\xe9 ', '"Gef\xe4ngnis" ', '"\xc3\xa9" ', '"unclosed ', '\\" '),
  token,
  quoted,
  bytes,
);
const param = fc
  .tuple(token, fc.oneof(fc.constant(''), token, quoted, fc.constantFrom('[::1]', 'a#b', '"x;y>z"', '\xff')))
  .map(([name, value]) => (value === '' ? `;${name}` : `;${name}=${value}`));
const host = fc.constantFrom(
  'gw_1',
  'h.example',
  '192.0.2.1',
  '[2001:db8::1]',
  '-',
  'a..b',
  '\xe9.example',
  '',
  '1.2.3.4.5',
);
const user = fc.oneof(
  token,
  fc.constantFrom('*67#1', '+12025550123', '%', '%zz', 'a b', '\xe9', 'a:b', '', ';x=1', 'a@b'),
);
const uri = fc
  .tuple(
    fc.constantFrom('sip:', 'sips:', 'tel:', 'SIP:', 'http://', 'urn:x:', '', 'sip'),
    user,
    host,
    fc.constantFrom('', ':5060', ':0', ':99999', ':x', ':'),
    fc.array(param, { maxLength: 2 }),
    fc.constantFrom('', '?a=b', '?a', '#x'),
  )
  .map(([scheme, name, at, port, params, headers]) => `${scheme}${name}@${at}${port}${params.join('')}${headers}`);
const address = fc
  .tuple(display, uri, fc.constantFrom('<>', '<', '>', ''), fc.array(param, { maxLength: 2 }))
  .map(([name, target, around, params]) => `${name}${around[0] ?? ''}${target}${around[1] ?? ''}${params.join('')}`);
const odd = fc.constantFrom(
  '',
  ',',
  ',,',
  ';',
  '*',
  '0',
  '-1',
  '4294967296',
  '99999999999999999999',
  '1e9',
  'a=b',
  '"',
  '\\',
  '\0',
);
const long = fc
  .tuple(fc.constantFrom('a', '"', '<', ',', ';a=b', '\\', '(', '\xff'), fc.integer({ min: 100, max: 900 }))
  .map(([piece, n]) => piece.repeat(n));

/** A value that any header may have, by the grammar of RFC 3261 25.1 or against it. */
export const value = fc.oneof(
  { weight: 6, arbitrary: address },
  { weight: 3, arbitrary: fc.array(address, { minLength: 2, maxLength: 3 }).map((all) => all.join(', ')) },
  { weight: 3, arbitrary: fc.oneof(token, quoted, bytes, odd) },
  {
    weight: 2,
    arbitrary: fc.tuple(token, fc.array(param, { maxLength: 3 })).map(([name, params]) => name + params.join('')),
  },
  { weight: 2, arbitrary: fc.tuple(bytes, bytes).map(([a, b]) => `${a}\r\n ${b}`) },
  { weight: 1, arbitrary: long },
);

/** From or To of that tag, with anything around it. */
export const tagged = fc
  .tuple(display, uri, fc.boolean(), fc.array(param, { maxLength: 2 }))
  .map(([name, target, bare, params]) => (tag: string) => {
    const plain = target.replace(/[<>;?]/g, '');
    return `${bare ? plain.replace(/["]/g, '') : `${name.replace(/[<>]/g, '')}<${target.replace(/[<>"]/g, '')}>`};tag=${tag}${params.join('')}`;
  });

/** Headers on which nothing hangs, in a request or a response of a call. */
export const IDLE = [
  'Accept',
  'Accept-Encoding',
  'Accept-Language',
  'Alert-Info',
  'Allow',
  'k',
  'Authentication-Info',
  'Call-Info',
  'Content-Language',
  'Date',
  'Error-Info',
  'Expires',
  'Geolocation',
  'Max-Forwards',
  'MIME-Version',
  'Organization',
  'P-Asserted-Identity',
  'P-Charging-Vector',
  'Path',
  'Priority',
  'Privacy',
  'Reason',
  'Reply-To',
  'Retry-After',
  'Route',
  'Server',
  's',
  'Subject',
  'Timestamp',
  'User-Agent',
  'Warning',
  'X-Any',
  'constructor',
  '__proto__',
];

import pg from 'pg';
import { expect, it } from 'vitest';
import { withPassword } from '../../../src/platform/database/url.ts';

const SECRET = 'a b%2F&=?#@:/+é';

it.each([
  ['postgres://tierphone@127.0.0.1:5433/accounts', '127.0.0.1', 5_433],
  ['postgres://tierphone@localhost/accounts?host=%2Frun%2Fpostgresql', '/run/postgresql', 5_432],
  ['postgres:///accounts?user=tierphone&host=/run/postgresql', '/run/postgresql', 5_432],
])('a password beside %s is that of the connection, whatever is in it', (url, host, port) => {
  const client = new pg.Client({ connectionString: withPassword(url, SECRET) });
  expect(client).toMatchObject({ user: 'tierphone', database: 'accounts', host, port, password: SECRET });
  expect(withPassword(url, undefined)).toBe(url);
});

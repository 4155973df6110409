import { randomBytes } from 'node:crypto';
import pg from 'pg';

/**
 * Makes an empty database of its own on the server of `url`; `drop` takes it away again.
 * @throws Error with one line where the server cannot be reached or its user may not make databases
 */
export async function makeDatabase(url: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `tierphone_scenario_${randomBytes(6).toString('hex')}`;
  const at = new URL(url);
  at.pathname = `/${name}`;
  await order(url, `create database ${name}`);
  return { url: at.href, drop: () => order(url, `drop database ${name} with (force)`) };
}

async function order(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.query(statement);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`--postgres: ${why}: scenarios want a server that runs and a user that may make databases`, {
      cause,
    });
  } finally {
    await client.end();
  }
}

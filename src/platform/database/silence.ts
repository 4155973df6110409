import { Socket } from 'node:net';
import type pg from 'pg';

/** A server that says nothing for so long when it is asked is gone, ms: a machine that vanishes closes no connection. */
const SILENCE = 30_000;

/** Ends connections whose server is silent for so long, ms, while they are in use. Gives what begins it: a change of tables may take long. */
export function endSilent(pool: pg.Pool, silence = SILENCE): () => void {
  const used = new Set<pg.PoolClient>();
  let begun = false;
  pool.on('acquire', (client) => used.add(client));
  pool.on('release', (_, client) => used.delete(client));
  pool.on('connect', (client) => {
    const { stream } = (client as pg.PoolClient & Pick<pg.Client, 'connection'>).connection;
    // Each byte, there or back, winds it up again; at rest it runs out, and is wound up by the next question.
    if (stream instanceof Socket)
      stream.setTimeout(silence).on('timeout', () => {
        if (begun && used.has(client))
          stream.destroy(new Error(`Connection terminated: no word from the server for ${silence / 1_000} s`));
      });
  });
  return () => {
    begun = true;
  };
}

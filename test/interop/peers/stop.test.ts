import { expect, test } from 'vitest';
import { freePort, isBound, start } from './program.ts';

test('a peer that does not end when it is told to is ended with what it has started, and its port is free', async () => {
  const port = await freePort('udp');
  // As a server of many processes: one holds the port, and the first hears no signal.
  const holds = `require('dgram').createSocket('udp4').bind(${port}, '127.0.0.1')`;
  const first = `process.on('SIGTERM', () => {}); require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(holds)}], { stdio: 'ignore' }); setInterval(() => {}, 1000)`;
  const peer = start(process.execPath, ['-e', first], '/');
  await peer.ready('the port to be taken', () => isBound(port));
  await peer.stop();
  await expect.poll(() => isBound(port)).toBe(false);
});

import http, { type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import type { HttpConfig } from '../config.ts';
import type { Certificate } from './certificate.ts';
import type { IsProxy } from './proxy.ts';

/** For the header of a request, and for the handshake of TLS, ms. */
const HEADER = 10_000;
/** So often it is looked who is too late, ms. */
const LOOK = 5_000;
/** A connection on which nothing goes either way, ms: a stream says every 20 s that it is there. */
const SILENT = 120_000;
const LARGEST_HEADER_BYTES = 16_384;
/** So often it is told at most that connections are refused, ms. */
const TOLD = 60_000;

/** Makes a server that waits for nobody for ever and holds no more connections than it may; over TLS where there is a certificate. */
export function openSockets(
  handler: RequestListener,
  limits: HttpConfig['limits'],
  certificate: Certificate | null,
  isProxy: IsProxy,
  log: Logger,
): Server | https.Server {
  const { request } = limits;
  const ways = {
    requestTimeout: request,
    headersTimeout: Math.min(HEADER, request),
    connectionsCheckingInterval: Math.min(LOOK, request),
    maxHeaderSize: LARGEST_HEADER_BYTES,
  };
  const server =
    certificate === null
      ? http.createServer(ways, handler)
      : https.createServer({ ...ways, ...certificate, handshakeTimeout: ways.headersTimeout }, handler);
  server.setTimeout(SILENT);
  let last = -TOLD;
  const tell = (whose: string) => {
    const now = performance.now();
    if (now - last < TOLD) return;
    last = now;
    log.warn(`connections are refused: ${whose} has as many as http.limits.connections allows`);
  };
  server.maxConnections = limits.connections.all;
  server.on('drop', () => tell('the platform'));
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const from = socket.remoteAddress ?? '';
    if (isProxy(from)) return;
    const count = open.get(from) ?? 0;
    if (count >= limits.connections.address) {
      tell(from);
      return void socket.destroy();
    }
    open.set(from, count + 1);
    socket.once('close', () => {
      const left = (open.get(from) ?? 1) - 1;
      if (left === 0) open.delete(from);
      else open.set(from, left);
    });
  });
  return server;
}

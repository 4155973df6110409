import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerOptions,
} from 'fastify';
import type { Logger } from 'pino';
import { HttpError } from './access.ts';
import type { IsProxy } from './proxy.ts';

const MEDIA_TYPE = 'application/problem+json';
const LARGEST_BODY_BYTES = 65_536;

/** What is wrong with a request, for programs and people (RFC 9457). Its kind is its status; `title` is that status's name. */
interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

const problem = (status: number, detail: string): Problem => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Unknown',
  status,
  detail,
});

/** What the server itself finds wrong, by its name for it. */
const FOUND: Readonly<Record<string, string>> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: 'a body in JSON is wanted, none was sent',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not JSON',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as Content-Length says',
  FST_ERR_CTP_BODY_TOO_LARGE: `the body is too large: ${LARGEST_BODY_BYTES} bytes are allowed`,
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'a body is JSON here: Content-Type: application/json',
  FST_ERR_BAD_URL: 'the path cannot be read: check what follows each % in it',
  FST_ERR_MAX_PARAM_LENGTH: 'a part of the path is too long: 100 characters are allowed',
  HPE_HEADER_OVERFLOW: 'the header is too large',
  ERR_HTTP_REQUEST_TIMEOUT: 'the request did not come to its end in time',
};

function problemOf(error: FastifyError | HttpError): Problem {
  if (error instanceof HttpError) return problem(error.statusCode, error.message);
  const status = error.statusCode ?? 500;
  if (status >= 500) return problem(status, 'the platform has a fault: see its log');
  return problem(status, FOUND[error.code] ?? 'the request cannot be read');
}

function answer(reply: FastifyReply, told: Problem): FastifyReply {
  if (told.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.status(told.status).type(MEDIA_TYPE).send(JSON.stringify(told));
}

/** What is not HTTP has no request to answer: what is wrong is written to its socket, and that is closed. */
function answerRaw(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[error.code ?? ''] ?? 400;
  const told = problem(status, FOUND[error.code ?? ''] ?? 'the request is not HTTP');
  const body = JSON.stringify(told);
  const head = [
    `HTTP/1.1 ${status} ${told.title}`,
    `Content-Type: ${MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * A server without routes yet, that answers whatever is wrong with a problem document in our own words.
 * @param open makes what it listens with
 */
export function openServer(
  log: Logger,
  isProxy: IsProxy,
  open: NonNullable<FastifyServerOptions['serverFactory']>,
): FastifyInstance {
  const fail = (error: FastifyError | HttpError, request: FastifyRequest, reply: FastifyReply) => {
    const told = problemOf(error);
    if (told.status >= 500) log.error({ err: error, url: pathOf(request) }, 'a request could not be answered');
    return answer(reply, told);
  };
  const app = fastify({
    bodyLimit: LARGEST_BODY_BYTES,
    trustProxy: isProxy,
    serverFactory: open,
    frameworkErrors: fail,
    clientErrorHandler: answerRaw,
    return503OnClosing: false,
  });
  app.removeContentTypeParser('text/plain');
  app.setErrorHandler(fail);
  app.setNotFoundHandler((request, reply) =>
    answer(reply, problem(404, `there is no ${request.method} ${pathOf(request)}`)),
  );
  refuseWhenClosing(app);
  return app;
}

/** Without what stands in a link, which opens a door. */
const pathOf = ({ url }: FastifyRequest): string | undefined => url.split('?')[0]?.replace(/(\/welcome\/)[^/]+/, '$1…');

/** What is being answered when the server closes has so long to come to its end, ms. */
const LAST_ANSWERS = 3_000;

/**
 * A request on a connection that was open before the server closes is refused. A browser opens connections on which it asks nothing yet:
 * Node takes them for busy, and would wait a minute for each.
 */
function refuseWhenClosing(app: FastifyInstance): void {
  let closing = false;
  let last: NodeJS.Timeout | undefined;
  app.addHook('preClose', (done) => {
    closing = true;
    last = setTimeout(() => app.server.closeAllConnections(), LAST_ANSWERS);
    done();
  });
  app.addHook('onClose', (_app, done) => {
    clearTimeout(last);
    done();
  });
  app.addHook('onRequest', (_request, _reply, done) =>
    done(closing ? new HttpError(503, 'the platform is being stopped: ask again in a moment') : undefined),
  );
}

/** Answers methods that a path does not have: 405 with those that it has (RFC 9110 section 15.5.6), for all routes that `add` adds. */
export function withOtherMethods(app: FastifyInstance, add: () => void): void {
  const known = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    known.set(url, new Set([...(known.get(url) ?? []), ...[method].flat()]));
  });
  add();
  for (const [url, methods] of [...known]) {
    const allow = [...methods].join(', ');
    const refuse = async (request: FastifyRequest, reply: FastifyReply): Promise<never> => {
      reply.header('allow', allow);
      throw new HttpError(405, `${pathOf(request)} takes ${allow}; ${request.method} was sent`);
    };
    const others = app.supportedMethods.filter((method) => !methods.has(method));
    app.route({
      url: url.slice(app.prefix.length),
      method: others,
      exposeHeadRoute: false,
      onRequest: refuse,
      handler: refuse,
    });
  }
}

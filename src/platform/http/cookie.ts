import type { FastifyReply, FastifyRequest } from 'fastify';

/** The cookie of a session. Where the platform is reached by TLS no other host and no page in clear text can set it (`__Host-`). */
export interface SessionCookie {
  of(request: FastifyRequest): string | null;
  /** Null takes it away. */
  set(reply: FastifyReply, id: string | null): void;
}

/** @param secure whether the platform is reached by TLS alone */
export function sessionCookie(secure: boolean): SessionCookie {
  const name = secure ? '__Host-tierphone' : 'tierphone';
  const ways = { path: '/', httpOnly: true, sameSite: 'strict', secure } as const;
  return {
    of: ({ cookies }) => cookies[name] || null,
    set: (reply, id) => void (id === null ? reply.clearCookie(name, ways) : reply.setCookie(name, id, ways)),
  };
}

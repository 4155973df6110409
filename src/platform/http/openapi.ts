import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform, serializerCompiler } from 'fastify-type-provider-zod';
import type { Wanted } from './access.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route asks of who comes. */
    right?: Wanted;
  }
}

/** Serves the API's document (OpenAPI 3.1, made of the schemas that check what comes) at `/api/docs/json`, and a page to try it at `/api/docs`. */
export async function documentApi(app: FastifyInstance, version: string): Promise<void> {
  // What comes is checked by the routes themselves, after who comes is known: here schemas are for the document, and for what goes out.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Tierphone', version, description: 'Call control: people, phones, callers, money, records.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    },
    transform: (given) => {
      const { schema, url } = jsonSchemaTransform(given);
      const right = given.route.config?.right;
      if (right === undefined) return { schema: { ...schema, hide: true }, url };
      const security = right === 'anybody' ? [] : [{ token: [] }];
      return { schema: { ...schema, security, 'x-right': right } as typeof schema, url };
    },
  });
  await app.register(swaggerUi, { routePrefix: '/api/docs' });
}

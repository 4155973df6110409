import { z } from 'zod';

/** An id that no call has. */
export const CALL = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';

/** A route of the API as its document tells it, with a path, a query and a body that it would take. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly right: string;
  readonly body: unknown;
}

const Schema = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  enum: z.array(z.unknown()).optional(),
  examples: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  minItems: z.number().optional(),
  minimum: z.number().optional(),
});

const Operation = z.looseObject({
  'x-right': z.string(),
  parameters: z
    .array(z.looseObject({ name: z.string(), in: z.string(), required: z.boolean().optional() }))
    .default([]),
  requestBody: z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })) }).optional(),
});

const Document = z.looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

/** What is sent under a name whose form its schema's type does not tell. */
const SAMPLES: Readonly<Record<string, string>> = {
  ...{
    call: CALL,
    thumbprint: 'x'.repeat(43),
    block: '1',
    wish: '1',
    attorney: '1',
    alert: '1',
    first: '2026-03-01',
    last: '2026-03-03',
    language: 'en',
    box: CALL,
    caller: 'c',
    terminal: 't',
    facility: 'f',
  },
  ...{ token: CALL, person: CALL, approval: CALL, digest: 'a'.repeat(64), email: 'jane@example.gov' },
  ...{ number: '+12025550123', pattern: '+12025550123', amount: '1', date: '2026-12-25', wanted: '+12025550123' },
  ...{ from: '2026-03-01T00:00:00Z', to: '2026-03-03T00:00:00Z', timeZone: 'America/Chicago', csv: 'number\n' },
};

const nameIn = (name: string): string => SAMPLES[name] ?? 'a';

/** Something that the schema of this name takes. */
function sample(given: unknown, name: string): unknown {
  const schema = Schema.parse(given);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const one = (schema.anyOf ?? schema.oneOf)?.[0];
  if (one) return sample(one, name);
  switch ([schema.type].flat()[0]) {
    case 'object': {
      const needed = schema.required ?? [];
      return Object.fromEntries(needed.map((inner) => [inner, sample(schema.properties?.[inner], inner)]));
    }
    case 'array':
      return (schema.minItems ?? 0) > 0 ? [sample(schema.items, name)] : [];
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    default:
      return SAMPLES[name] ?? schema.examples?.[0] ?? 'a';
  }
}

/** Every route of the document, `/health` left out: that is for monitoring. */
export function routesOf(document: unknown): Route[] {
  return Object.entries(Document.parse(document).paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters, requestBody, ...operation }]) => {
      const asked = parameters.filter((one) => one.in === 'query' && one.required);
      const json = requestBody?.content['application/json']?.schema;
      const query = asked.map(({ name }) => `${name}=${encodeURIComponent(nameIn(name))}`).join('&');
      return {
        method: method.toUpperCase(),
        path: path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(nameIn(name))),
        query: query && `?${query}`,
        right: operation['x-right'],
        body: json === undefined ? undefined : sample(json, ''),
      };
    }),
  );
}

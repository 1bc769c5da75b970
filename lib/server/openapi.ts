import { z } from 'zod';
import { ApiErrorBody } from '#lib/contract/error.ts';
import { StreamMessage } from '#lib/contract/stream.ts';
import type { RouteRow } from './routes-table.ts';

type JsonObject = Record<string, unknown>;

/** OpenAPI 3.1 (whose schemas are JSON Schema 2020-12, which zod writes) of a table of routes. */
export function openApiDocument(routes: readonly RouteRow[], version: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const row of routes) (paths[row.path] ??= {})[row.method.toLowerCase()] = operation(row);
  return {
    openapi: '3.1.0',
    info: { title: 'Uncrash', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas: { Error: schemaOf(ApiErrorBody, 'output'), StreamMessage: schemaOf(StreamMessage, 'output') },
    },
  };
}

function operation(row: RouteRow): JsonObject {
  const parameters = [...pathParameters(row.path), ...queryParameters(row.query)];
  return {
    operationId: operationId(row),
    summary: row.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(row.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(row.body, 'input') } },
          },
        }
      : {}),
    responses: {
      '200': success(row.response),
      default: {
        description: 'Refused or failed',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

/** `GET /api/pods/{namespace}/{name}/logs` is `getPodsNamespaceNameLogs`. */
function operationId({ method, path }: RouteRow): string {
  const words = path.replace(/^\/api\//, '').match(/[a-zA-Z]+/g) ?? [];
  return [method.toLowerCase(), ...words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`)].join('');
}

function success(response: RouteRow['response']): JsonObject {
  if (response.type === 'application/json') {
    return {
      description: 'The answer',
      content: { [response.type]: { schema: schemaOf(response.schema, 'output') } },
    };
  }
  return { description: response.description, content: { [response.type]: { schema: { type: 'string' } } } };
}

function pathParameters(path: string): JsonObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType | undefined): JsonObject[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Record<string, JsonObject>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

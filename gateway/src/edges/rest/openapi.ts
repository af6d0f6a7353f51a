/** The OpenAPI 3.1 document of the REST interface, made from the table that serves it. */
import { ERROR_STATUS, type ErrorCode } from '@interview/runtime/errors';
import { z } from 'zod';
import { answers, ErrorAnswer, Health, UploadedResume } from './answers.js';
import { bodies, UploadResume } from './requests.js';
import type { Route } from './route.js';
import { ROUTES } from './routes.js';

type Json = Record<string, unknown>;

export interface OpenApiDocument extends Json {
  openapi: string;
  paths: Record<string, Record<string, Json>>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
}

const DESCRIPTION = `The guide's REST interface. Every request carries a token: \`Authorization: Bearer <JWT>\`.

What belongs to another company does not exist for the caller (404); what is the own company's, but not the
caller's to see, is refused (403). An id that is no UUID is an unknown one (404). Fields and parameters that a
request does not have are refused (400), so that a misspelled one is not lost. Instants are answered in UTC with
milliseconds. Fields may be added to answers.`;

export function openApiDocument(): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {};
  for (const route of ROUTES) {
    const path = `/api${route.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'AI Interview Assistant', version: '1.0.0', description: DESCRIPTION },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    tags: [...new Set(ROUTES.map((route) => route.tag)), 'Health'].map((name) => ({ name })),
    paths: { ...paths, '/health': { get: healthOperation() } },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { ...schemasOf(bodies, 'input'), ...schemasOf(answers, 'output') },
    },
  };
}

const healthOperation = (): Json => ({
  tags: ['Health'],
  operationId: 'getHealth',
  summary: 'How the product is',
  description: 'Public. 200 also when degraded: `/health/ready` is for probes.',
  security: [],
  responses: { 200: { description: 'The report.', content: jsonOf(answers, Health) } },
});

function operationOf(route: Route): Json {
  const body = bodyOf(route);
  return {
    tags: [route.tag],
    operationId: route.name,
    summary: route.summary,
    description: route.description,
    parameters: parametersOf(route),
    ...(body ? { requestBody: { required: true, content: body } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.success).map(([status, description]) => [
          status,
          { description, content: successOf(route) },
        ]),
      ),
      ...errorsOf(route),
    },
  };
}

function parametersOf(route: Route): Json[] {
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  if (route.kind === 'file') return inPath;
  const { properties = {} } = schemaOf(route.query, 'input') as { properties?: Record<string, Json> };
  const inQuery = Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: false,
    ...(description ? { description } : {}),
    schema,
  }));
  return [...inPath, ...inQuery];
}

function bodyOf(route: Route): Json | undefined {
  if (route.kind === 'graph') return route.body && jsonOf(bodies, route.body);
  return route.handler === 'upload' ? { 'multipart/form-data': { schema: refTo(bodies, UploadResume) } } : undefined;
}

/** The three types that a resume may have. */
const FILE_TYPES = [
  'application/pdf',
  'application/msword',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
];

function successOf(route: Route): Json {
  if (route.kind === 'graph') return jsonOf(answers, route.answers);
  if (route.handler === 'upload') return jsonOf(answers, UploadedResume);
  return Object.fromEntries(FILE_TYPES.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));
}

const EVERY_ROUTE: readonly ErrorCode[] = [
  'AUTH_REQUIRED',
  'INVALID_TOKEN',
  'RATE_LIMITED',
  'INTERNAL_ERROR',
  'SERVICE_UNAVAILABLE',
];
const WITH_BODY: readonly ErrorCode[] = ['PAYLOAD_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'];

const SENTENCES: Readonly<Record<ErrorCode, string>> = {
  AUTH_REQUIRED: 'There is no token.',
  INVALID_TOKEN: 'The token cannot be trusted.',
  ACCESS_DENIED: 'Of your company, but not for you.',
  NOT_FOUND: 'There is no such thing in your company.',
  VALIDATION_FAILED: 'The input is not valid. overallScore: must be at most 10',
  CONFLICT: 'What is there already stands against it.',
  PAYLOAD_TOO_LARGE: 'The request is larger than is taken here.',
  UNSUPPORTED_MEDIA_TYPE: 'The content type is not taken here.',
  RATE_LIMITED: 'Too many requests. Come again after `Retry-After`.',
  INTERNAL_ERROR: 'Something went wrong on our side.',
  SERVICE_UNAVAILABLE: 'Something that the answer needs is down.',
  CURSOR_EXPIRED: 'This lies before what is still kept.',
};

function errorsOf(route: Route): Record<string, Json> {
  const codes = [...EVERY_ROUTE, ...route.errors, ...(route.kind === 'graph' && route.body ? WITH_BODY : [])];
  const statuses = Map.groupBy(codes, (code) => ERROR_STATUS[code]);
  return Object.fromEntries(
    [...statuses].map(([status, alternatives]) => [
      status,
      {
        description: alternatives.map((code) => `${code}: ${SENTENCES[code]}`).join(' '),
        ...(status === ERROR_STATUS.RATE_LIMITED ? { headers: RETRY_AFTER } : {}),
        content: {
          'application/json': {
            schema: refTo(answers, ErrorAnswer),
            examples: Object.fromEntries(alternatives.map((code) => [code, { value: { error: exampleOf(code) } }])),
          },
        },
      },
    ]),
  );
}

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds.', required: true, schema: { type: 'integer', minimum: 0 } },
};

const exampleOf = (code: ErrorCode): Json => ({
  code,
  message: SENTENCES[code],
  ...(code === 'VALIDATION_FAILED' ? { details: [{ path: 'overallScore', message: 'must be at most 10' }] } : {}),
});

type Registry = typeof answers;

const jsonOf = (registry: Registry, schema: z.ZodType) => ({ 'application/json': { schema: refTo(registry, schema) } });

/** @throws Error for a schema that has no name: it would be missing in the document. */
function refTo(registry: Registry, schema: z.ZodType): Json {
  const id = registry.get(schema)?.id;
  if (!id) throw new Error('A route names a schema that is in no registry.');
  return { $ref: `#/components/schemas/${id}` };
}

function schemasOf(registry: Registry, io: 'input' | 'output'): Record<string, Json> {
  const { schemas } = z.toJSONSchema(registry, { io, override, uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    // A place in the document is name enough.
    Object.entries(schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, { ...schema }]),
  );
}

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => z.toJSONSchema(schema, { io, override });

/** Leaves out what a format says already, and the bounds of whole numbers as such. */
function override({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.format) delete jsonSchema.pattern;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
}

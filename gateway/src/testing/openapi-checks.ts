/** Holds requests and answers of a test against the OpenAPI document that the gateway serves. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenApiDocument } from '../edges/rest/openapi.js';

export interface Exchange {
  method: string;
  /** With its query, e.g. `/api/insights/round/…?limit=5`. */
  path: string;
  /** Parsed JSON; undefined where none was sent. */
  sent?: unknown;
  status: number;
  contentType: string | null;
  /** Parsed JSON; undefined for anything else. */
  answered: unknown;
}

export interface OpenApiChecks {
  /** What the document does not describe about the request; empty when it is as described. */
  request(exchange: Pick<Exchange, 'method' | 'path' | 'sent'>): string[];
  /** The same of the answer. */
  answer(exchange: Exchange): string[];
  /** What is wrong with a value by the schema at a place in the document, e.g. `['components', 'schemas', 'Round']`. */
  value(place: readonly string[], value: unknown): string[];
}

interface Operation {
  parameters: { name: string; in: string; required: boolean; schema: { type?: string } }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { content?: Record<string, unknown> }>;
}

const DOCUMENT = 'https://openapi.invalid/document';

export function openApiChecks(document: OpenApiDocument): OpenApiChecks {
  // The document holds more than schemas, which strict mode would take for misspelled ones.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // A file, whatever it holds.
  ajv.addFormat('binary', true);
  ajv.addSchema({ ...document, $id: DOCUMENT });
  const compiled = new Map<string, ValidateFunction>();

  const value: OpenApiChecks['value'] = (place, given) => {
    const pointer = place.map((part) => encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1'))).join('/');
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `${DOCUMENT}#/${pointer}` });
    compiled.set(pointer, validate);
    if (validate(given)) return [];
    return (validate.errors ?? []).map(
      (e) => `${place.join(' ')} ${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`,
    );
  };

  const operationAt = (method: string, path: string) => {
    const [bare = ''] = path.split('?');
    const template = Object.keys(document.paths).find((candidate) => matches(candidate, bare));
    const place = ['paths', template ?? '', method.toLowerCase()];
    const operation = document.paths[template ?? '']?.[method.toLowerCase()] as Operation | undefined;
    return { operation, place };
  };

  return {
    value,
    request: ({ method, path, sent }) => {
      const { operation, place } = operationAt(method, path);
      if (!operation) return [`${method} ${path} is not described`];
      const problems: string[] = [];
      for (const [name, text] of new URL(path, DOCUMENT).searchParams) {
        const index = operation.parameters.findIndex((p) => p.name === name && p.in === 'query');
        const parameter = operation.parameters[index];
        if (!parameter) problems.push(`the parameter ${name} is not described`);
        else {
          const given = parameter.schema.type === 'integer' ? Number(text) : text;
          problems.push(...value([...place, 'parameters', String(index), 'schema'], given));
        }
      }
      if (sent !== undefined) {
        problems.push(...value([...place, 'requestBody', 'content', 'application/json', 'schema'], sent));
      } else if (operation.requestBody?.content['application/json']) problems.push('the body is missing');
      return problems;
    },
    answer: ({ method, path, status, contentType, answered }) => {
      const { operation, place } = operationAt(method, path);
      if (!operation) return [`${method} ${path} is not described`];
      const type = contentType?.split(';')[0] ?? '';
      const described = operation.responses[status];
      if (!described) return [`${method} ${path}: status ${status} is not described`];
      if (!described.content?.[type]) return [`${method} ${path}: ${status} as "${type}" is not described`];
      if (type !== 'application/json') return [];
      return value([...place, 'responses', String(status), 'content', type, 'schema'], answered);
    },
  };
}

function matches(template: string, path: string): boolean {
  const parts = path.split('/');
  const wanted = template.split('/');
  return parts.length === wanted.length && wanted.every((part, i) => part.startsWith('{') || part === parts[i]);
}

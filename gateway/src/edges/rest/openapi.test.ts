import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { openApiChecks } from '../../testing/openapi-checks.js';
import { openApiDocument } from './openapi.js';

const description = openApiDocument();
const checks = openApiChecks(description);

/** The routes of the guide's section 3, by hand: the document must have no other and miss none. */
const GUIDE = {
  '/api/rounds': ['post'],
  '/api/rounds/{roundId}': ['get', 'patch'],
  '/api/rounds/{roundId}/consent': ['post'],
  '/api/resumes/upload': ['post'],
  '/api/resumes/round/{roundId}': ['get'],
  '/api/resumes/files/{filename}': ['get'],
  '/api/insights/round/{roundId}': ['get'],
  '/api/insights/{roundId}/aggregate': ['get'],
  '/api/verdicts': ['post'],
  '/api/verdicts/{roundId}': ['get'],
  '/health': ['get'],
};

/** Every operation with the place where it stands. */
const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ place: ['paths', path, method], operation })),
);

type Answers = Record<string, { content: Record<string, { examples?: Record<string, { value: unknown }> }> }>;

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(description));
    expect(result.errors ?? []).toEqual([]);
    expect([result.valid, validator.version]).toEqual([true, '3.1']);
  });

  it('has the routes of the guide and no other', () => {
    const described = Object.entries(description.paths).map(([path, methods]) => [path, Object.keys(methods)]);
    expect(Object.fromEntries(described)).toEqual(GUIDE);
  });

  it('is what docs/rest.md has a table of', () => {
    const page = readFileSync(new URL('../../../../docs/rest.md', import.meta.url), 'utf8');
    const rows = [...page.matchAll(/^\| `(?:GET|POST|PATCH) [^`]+`/gm)].map(([row]) => row.slice(3, -1));
    const routes = operations.map(({ place: [, path, method] }) => {
      return `${method?.toUpperCase()} ${path?.replace(/\{(\w+)\}/g, ':$1')}`;
    });
    expect(rows.sort()).toEqual(routes.sort());
  });

  it('asks for a token everywhere but for the health report', () => {
    const open = operations.filter(({ operation }) => operation['security'] !== undefined);
    expect(open.map(({ place }) => place[1])).toEqual(['/health']);
    expect(description['security']).toEqual([{ token: [] }]);
  });

  it('names each operation once', () => {
    const names = operations.map(({ operation }) => operation['operationId']);
    expect(new Set(names).size).toBe(operations.length);
  });

  it.each(Object.entries(description.components.schemas))('gives examples of %s that are such', (name, schema) => {
    const { examples = [] } = schema as { examples?: unknown[] };
    for (const example of examples) expect(checks.value(['components', 'schemas', name], example)).toEqual([]);
    const nested = ['Insight', 'Error', 'UploadResume'];
    if (!nested.includes(name)) expect(examples).not.toHaveLength(0);
  });

  it.each(operations)('gives examples of every error of $place that are such', ({ operation }) => {
    for (const [status, { content }] of Object.entries(operation['responses'] as Answers)) {
      if (Number(status) < 400) continue;
      const examples = Object.values(content['application/json']?.examples ?? {});
      expect(examples).not.toHaveLength(0);
      for (const { value } of examples) {
        expect(checks.value(['components', 'schemas', 'Error'], value)).toEqual([]);
      }
    }
  });

  it('tells requests and answers apart that are not as described', () => {
    const ask = (sent: unknown) => checks.request({ method: 'POST', path: '/api/rounds/x/consent', sent });
    expect(ask({ consent: true })).toEqual([]);
    expect(ask({ consent: 'yes' })).not.toEqual([]);
    expect(ask({ consent: true, more: 1 })).not.toEqual([]);
    const answer = (status: number, answered: unknown) =>
      checks.answer({
        ...{ method: 'GET', path: '/api/rounds/x', status, contentType: 'application/json; charset=utf-8' },
        answered,
      });
    expect(answer(404, { error: { code: 'NOT_FOUND', message: 'It was not found.' } })).toEqual([]);
    expect(answer(404, { error: { code: 'GONE', message: 'It was not found.' } })).not.toEqual([]);
    expect(answer(409, { error: { code: 'CONFLICT', message: 'x' } })).not.toEqual([]);
    expect(answer(200, { id: 'x' })).not.toEqual([]);
  });
});

/**
 * Every route of the REST interface as a target, read from the OpenAPI document that the gateway serves: a new
 * route, parameter or field is fuzzed without a change here.
 */
import fc, { type Arbitrary } from 'fast-check';
import { PDF } from '../round-fixture.js';
import type { ViewerName } from '../viewers.js';
import { complaintsAbout } from './complaints.js';
import type { FuzzTarget } from './fuzz-run.js';
import { ASKERS, type FuzzWorld } from './fuzz-world.js';
import { timed } from './graph-asking.js';
import { type Known, oddId, oddInstant, oddJson, oddNumber, oddString, oddText } from './odd-values.js';
import { oddContentType } from './raw-requests.js';

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}
interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  required?: boolean;
  schema?: Schema;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
}
interface OpenApi {
  servers?: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema>; parameters?: Record<string, Parameter> };
}

interface RestQuestion {
  viewer: ViewerName;
  path: Record<string, string>;
  query: Record<string, string>;
  body:
    | { contentType: string; text: string }
    | { form: Record<string, string>; file: { name: string; content: string } }
    | undefined;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** None where the gateway serves no such document. */
export async function restTargets(
  world: FuzzWorld,
): Promise<{ name: string; changes: boolean; make(known: Known): FuzzTarget<RestQuestion> }[]> {
  const response = await fetch(new URL('/api/openapi.json', world.place.gatewayUrl), {
    headers: { authorization: `Bearer ${world.place.cast.token('HR')}` },
  });
  if (!response.ok) return [];
  const api = (await response.json()) as OpenApi; // the tests of the REST interface hold it to OpenAPI's own schema
  const base = new URL(api.servers?.[0]?.url ?? '/', world.place.gatewayUrl).pathname.replace(/\/$/, '');
  return Object.entries(api.paths).flatMap(([path, operations]) =>
    METHODS.flatMap((method) => {
      const operation = operations[method];
      if (!operation) return [];
      const route = { name: `${method.toUpperCase()} ${base}${path}`, api, base, path, method, operation };
      const changes = method !== 'get';
      return [{ name: route.name, changes, make: (known: Known) => routeTarget(route, world, known) }];
    }),
  );
}

interface Route {
  name: string;
  api: OpenApi;
  base: string;
  path: string;
  method: string;
  operation: Operation;
}

function routeTarget(route: Route, world: FuzzWorld, known: Known): FuzzTarget<RestQuestion> {
  const { api, operation } = route;
  const parameters = (operation.parameters ?? []).map((p) =>
    p.$ref ? (api.components?.parameters?.[p.$ref.split('/').at(-1) ?? ''] ?? p) : p,
  );
  const given = (place: string, rarity: number) =>
    fc.record(
      Object.fromEntries(
        parameters
          .filter((p) => p.in === place)
          .map((p) => [p.name, textOf(generated(api, p.schema ?? {}, known, p.name), rarity)]),
      ),
      place === 'path' ? {} : { requiredKeys: [] },
    ) as Arbitrary<Record<string, string>>; // every value was made a text just above
  return {
    name: route.name,
    questions: fc.record({
      viewer: fc.constantFrom(...ASKERS),
      path: given('path', 20),
      query: given('query', 6),
      body: bodyOf(route, known),
    }),
    async ask(question) {
      const answer = await timed(() => send(route, world, question));
      const complaints = complaintsAbout(JSON.stringify(question), answer, world.secrets);
      return { complaints, answered: answer.status < 400 };
    },
  };
}

const textOf = (value: Arbitrary<unknown>, rarity: number): Arbitrary<string> =>
  fc
    .oneof({ weight: rarity - 1, arbitrary: value }, { weight: 1, arbitrary: oddString })
    .map((one) => (typeof one === 'string' ? one : (JSON.stringify(one) ?? '')));

function bodyOf({ api, operation }: Route, known: Known): Arbitrary<RestQuestion['body']> {
  const content = operation.requestBody?.content ?? {};
  const form = content['multipart/form-data']?.schema;
  if (form) {
    const fields = Object.entries(resolved(api, form).properties ?? {}).filter(
      ([, schema]) => resolved(api, schema).format !== 'binary',
    );
    return fc.record({
      form: fc.record(
        Object.fromEntries(fields.map(([name, schema]) => [name, textOf(generated(api, schema, known, name), 10)])),
        { requiredKeys: resolved(api, form).required ?? [] },
      ) as Arbitrary<Record<string, string>>, // every value was made a text just above
      file: fc.oneof(
        fc.constant({ name: 'resume.pdf', content: PDF }),
        fc.record({ name: fc.oneof(fc.constantFrom('a.pdf', 'a.doc', 'a.docx'), oddString), content: oddFile }),
      ),
    });
  }
  const [schema] = Object.values(content).map((one) => one.schema);
  if (!schema) return fc.constant(undefined);
  const json = generated(api, schema, known, 'body').map((value) => JSON.stringify(value) ?? '');
  return fc.oneof(
    { weight: 8, arbitrary: json.map((text) => ({ contentType: 'application/json', text })) },
    { weight: 1, arbitrary: fc.record({ contentType: oddContentType, text: json }) },
    { weight: 1, arbitrary: fc.record({ contentType: fc.constant('application/json'), text: oddString }) },
    { weight: 1, arbitrary: oddJson.map((v) => ({ contentType: 'application/json', text: JSON.stringify(v) ?? '' })) },
  );
}

/** What begins like a document and is none, as far as text can say it. */
const oddFile = fc.oneof(
  { weight: 2, arbitrary: fc.constant(PDF) },
  fc
    .tuple(
      fc.constantFrom('%PDF-1.4\n', '%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n', 'PK\u0003\u0004', 'GIF89a'),
      oddString,
    )
    .map(([head, rest]) => head + rest),
  oddString,
);

function resolved(api: OpenApi, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  const target = name === undefined ? undefined : api.components?.schemas?.[name];
  return target ? resolved(api, target) : schema;
}

const WRONG_ONE_IN = 20;

function generated(api: OpenApi, unresolved: Schema, known: Known, name: string): Arbitrary<unknown> {
  const schema = resolved(api, unresolved);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => generated(api, choice, known, name)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.oneof({ weight: WRONG_ONE_IN, arbitrary: fc.constantFrom(...schema.enum) }, oddJson);
  const types = [schema.type ?? []].flat();
  if (types.length > 1) return fc.oneof(...types.map((type) => generated(api, { ...schema, type }, known, name)));
  switch (types[0]) {
    case 'object': {
      const required = new Set(schema.required);
      const properties = Object.entries(schema.properties ?? {}).map(([key, inner]) => {
        const value = fc.oneof({ weight: WRONG_ONE_IN, arbitrary: generated(api, inner, known, key) }, oddJson);
        return [key, fc.option(value, { nil: ABSENT, freq: required.has(key) ? 60 : 3 })] as const;
      });
      return fc
        .record(Object.fromEntries(properties))
        .map((parts) => Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ABSENT)));
    }
    case 'array':
      return fc.array(generated(api, schema.items ?? {}, known, name), { maxLength: 4 });
    case 'integer':
    case 'number':
      return fc.oneof({ weight: 6, arbitrary: fc.integer({ min: 1, max: 10 }) }, { weight: 1, arbitrary: oddNumber });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return textFor(schema, known, name);
    default:
      return oddJson;
  }
}

const ABSENT = Symbol('absent');

function textFor(schema: Schema, known: Known, name: string): Arbitrary<string> {
  if (schema.format === 'date-time') return oddInstant;
  if (schema.format === 'uuid' || /^(id|round_?id)$/i.test(name)) return oddId(known, 'Round');
  if (/file_?name/i.test(name) && known.fileNames.length > 0) {
    return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...known.fileNames) }, { weight: 1, arbitrary: oddString });
  }
  return oddText(known);
}

async function send({ base, path, method }: Route, world: FuzzWorld, question: RestQuestion) {
  const filled = path.replace(/\{(\w+)\}/g, (_all, name: string) => encoded(question.path[name] ?? ''));
  const url = new URL(`${base}${filled}`, world.place.gatewayUrl);
  for (const [name, value] of Object.entries(question.query)) url.searchParams.set(name, value);
  const headers: Record<string, string> = { authorization: `Bearer ${world.place.cast.token(question.viewer)}` };
  const { body } = question;
  let sent: FormData | string | undefined;
  if (body && 'form' in body) {
    sent = new FormData();
    for (const [name, value] of Object.entries(body.form)) sent.set(name, value);
    sent.set('resume', new Blob([body.file.content]), body.file.name);
  } else if (body) {
    sent = body.text;
    headers['content-type'] = body.contentType;
  }
  const response = await fetch(url, {
    method: method.toUpperCase(),
    headers,
    ...(sent === undefined ? {} : { body: sent }),
  });
  return { status: response.status, text: await response.text() };
}

/** As a browser would; half a character, which has no encoding, goes as its replacement. */
const encoded = (text: string) => encodeURIComponent(text.toWellFormed());

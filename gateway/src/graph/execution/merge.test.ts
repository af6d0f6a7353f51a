import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from './json.js';
import { mergeInto } from './merge.js';

const parse = (text: string) => JSON.parse(text) as JsonObject;

function merged(target: string, source: string): JsonObject {
  const object = parse(target);
  mergeInto(object, parse(source));
  return object;
}

describe('what a fetch answers', () => {
  it.each([
    ['{"a":{"x":1}}', '{"a":{"y":2},"b":3}', '{"a":{"x":1,"y":2},"b":3}'],
    ['{"a":[{"x":1},null]}', '{"a":[{"y":1},{"y":2}]}', '{"a":[{"x":1,"y":1},{"y":2}]}'],
    ['{"a":[[{"x":1}]]}', '{"a":[[{"y":1}]]}', '{"a":[[{"x":1,"y":1}]]}'],
    ['{"a":[{"x":1}]}', '{"a":[{"y":1},{"y":2}]}', '{"a":[{"y":1},{"y":2}]}'],
    ['{"a":{"x":1}}', '{"a":null}', '{"a":null}'],
    ['{"a":"text"}', '{"a":{"x":1}}', '{"a":{"x":1}}'],
  ])('%s and %s become %s', (target, source, expected) => {
    expect(JSON.stringify(merged(target, source))).toBe(expected);
  });

  it('reaches no prototype, whatever its names are', () => {
    const object = merged('{"a":1}', '{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}},"toString":{"x":1}}');
    expect(Reflect.get({}, 'x')).toBeUndefined();
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.keys(object)).toEqual(['a', '__proto__', 'constructor', 'toString']);
    mergeInto(object, parse('{"__proto__":{"y":2}}'));
    expect(JSON.stringify(object)).toContain('"__proto__":{"x":1,"y":2}');
  });

  it('shares nothing with its source where that is merged elsewhere too', () => {
    const source = parse('{"a":{"list":[{"x":1}]}}');
    const [one, other]: [JsonObject, JsonObject] = [{}, {}];
    mergeInto(one, source, true);
    mergeInto(other, source);
    mergeInto(one, parse('{"a":{"list":[{"y":2}]}}'));
    expect(other).toEqual({ a: { list: [{ x: 1 }] } });
  });
});

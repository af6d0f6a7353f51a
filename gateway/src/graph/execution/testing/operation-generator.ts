/**
 * Writes operations on a schema: nested fields with arguments, aliases, fragments of both kinds, `__typename`,
 * `@skip` and `@include`, literals and variables. What it writes may still not be valid (two fields of one name with
 * different types, say); whoever uses it validates.
 */
import fc, { type GeneratorValue } from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isUnionType,
  type OperationTypeNode,
} from 'graphql';

export interface GeneratedOperation {
  source: string;
  variables: Record<string, unknown>;
}

export interface GeneratorOptions {
  schema: GraphQLSchema;
  kind: OperationTypeNode;
  /** Of selections within selections. */
  depth: number;
  /** At most, of one object; fragments come besides. */
  fields: number;
  /** Whether fields have conditions. */
  conditions: boolean;
}

export function generateOperation(pick: GeneratorValue, options: GeneratorOptions): GeneratedOperation {
  return new Writer(pick, options).operation();
}

class Writer {
  readonly #variables: Record<string, unknown> = {};
  readonly #definitions: string[] = [];
  readonly #fragments: string[] = [];
  #aliases = 0;

  constructor(
    readonly pick: GeneratorValue,
    readonly options: GeneratorOptions,
  ) {}

  operation(): GeneratedOperation {
    const { schema, kind, depth } = this.options;
    const root = schema.getRootType(kind);
    if (!root) throw new Error(`The schema has no ${kind}.`);
    const set = this.#selections(root, depth, kind === 'subscription' ? 1 : this.options.fields, true);
    const head = this.#definitions.length > 0 ? `(${this.#definitions.join(', ')})` : '';
    const name = this.#chance(3) ? ' Generated' : '';
    const source = [`${kind}${name || (head && ' ')}${head} ${set}`, ...this.#fragments].join('\n');
    return { source, variables: this.#variables };
  }

  /** True once in so many. */
  #chance(times: number): boolean {
    return this.#number(times) === 0;
  }

  #number(below: number): number {
    return this.pick(fc.nat, { max: below - 1 });
  }

  #one<T>(items: readonly T[]): T {
    const item = items[this.#number(items.length)];
    if (item === undefined) throw new Error('There is nothing to choose from.');
    return item;
  }

  #selections(type: GraphQLCompositeType, depth: number, most: number, atRoot = false): string {
    const count = 1 + this.#number(most);
    const parts: string[] = [];
    const fields = isUnionType(type) ? [] : Object.values(type.getFields());
    const possible = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)));
    for (let index = 0; index < count && possible.length > 0; index++) {
      parts.push(this.#field(this.#one(possible), depth, atRoot));
    }
    if (!atRoot || this.options.kind !== 'subscription') {
      if (parts.length === 0 || this.#chance(6)) parts.push(`${this.#alias(4)}__typename${this.#conditions()}`);
      if (this.#chance(5)) parts.push(this.#fragment(type, type, depth, atRoot));
    }
    if (type !== undefined && !isUnionTypeOrObject(type, this.options.schema)) {
      for (const concrete of this.options.schema.getPossibleTypes(type as never)) {
        if (!this.#chance(3)) parts.push(this.#fragment(concrete, type, depth, atRoot));
      }
    }
    return `{ ${parts.join(' ')} }`;
  }

  #fragment(on: GraphQLCompositeType, within: GraphQLCompositeType, depth: number, atRoot: boolean): string {
    const set = this.#selections(on, depth === 0 ? 0 : depth - (atRoot ? 0 : 1), 2);
    if (this.#chance(4)) {
      const name = `F${this.#fragments.length}`;
      this.#fragments.push(`fragment ${name} on ${on.name} ${set}`);
      return `...${name}${this.#conditions()}`;
    }
    const condition = on === within && this.#chance(2) ? '' : ` on ${on.name}`;
    return `...${condition}${this.#conditions()} ${set}`;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, atRoot: boolean): string {
    const given = field.args.filter((arg) => isRequired(arg) || this.#chance(3));
    // An argument makes the field another one, which then needs a name of its own.
    const alias = this.#alias(given.length > 0 ? 1 : 6);
    const args = given.length > 0 ? `(${given.map((arg) => `${arg.name}: ${this.#argument(arg)}`).join(', ')})` : '';
    const type = getNamedType(field.type);
    const set = isCompositeType(type) ? ` ${this.#selections(type, depth - 1, this.options.fields)}` : '';
    const conditions = atRoot && this.options.kind === 'subscription' ? '' : this.#conditions();
    return `${alias}${field.name}${args}${conditions}${set}`;
  }

  #alias(times: number): string {
    return this.#chance(times) ? `a${this.#aliases++}: ` : '';
  }

  #conditions(): string {
    if (!this.options.conditions || !this.#chance(8)) return '';
    const directive = this.#one(['skip', 'include']);
    if (this.#chance(3)) return ` @${directive}(if: ${this.#chance(2)})`;
    return ` @${directive}(if: ${this.#condition()})`;
  }

  /** A few variables decide in many places. */
  #condition(): string {
    const name = `c${this.#number(3)}`;
    if (!(name in this.#variables) && !this.#definitions.some((d) => d.startsWith(`$${name}:`))) {
      const defaulted = this.#chance(4);
      this.#definitions.push(`$${name}: Boolean! ${defaulted ? `= ${this.#chance(2)}` : ''}`.trim());
      if (!defaulted || this.#chance(2)) this.#variables[name] = this.#chance(2);
    }
    return `$${name}`;
  }

  #argument(arg: GraphQLArgument): string {
    const value = this.#value(arg.type);
    if (this.#chance(2)) return literal(value, arg.type);
    const name = `v${this.#definitions.length}`;
    this.#definitions.push(`$${name}: ${arg.type}`);
    this.#variables[name] = value;
    return `$${name}`;
  }

  #value(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.#present(type.ofType);
    return this.#chance(8) ? null : this.#present(type);
  }

  #present(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.#present(type.ofType);
    if (isListType(type)) return Array.from({ length: this.#number(3) }, () => this.#value(type.ofType));
    if (isEnumType(type)) return this.#one(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => isRequired(field) || this.#chance(3));
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.type)]));
    }
    return this.#scalar(type);
  }

  #scalar(type: GraphQLNamedType): unknown {
    if (type.name === 'Int') return this.#number(20) - 3;
    if (type.name === 'Float') return this.#number(40) / 4;
    if (type.name === 'Boolean') return this.#chance(2);
    if (type.name === 'DateTime') return '2026-01-30T09:30:00.000Z';
    return this.#one(['a', 'b', 'round-1', 'quote " and \\ and ü', '']);
  }
}

const isRequired = (arg: { type: GraphQLInputType; defaultValue?: unknown }): boolean =>
  isNonNullType(arg.type) && arg.defaultValue === undefined;

function isUnionTypeOrObject(type: GraphQLCompositeType, schema: GraphQLSchema): boolean {
  return !('resolveType' in type) || schema.getPossibleTypes(type).length === 0;
}

function literal(value: unknown, type: GraphQLInputType): string {
  if (value === null) return 'null';
  const bare = isNonNullType(type) ? type.ofType : type;
  if (Array.isArray(value) && isListType(bare))
    return `[${value.map((item) => literal(item, bare.ofType)).join(', ')}]`;
  if (isEnumType(bare)) return String(value);
  if (isInputObjectType(bare)) {
    const fields = bare.getFields();
    const parts = Object.entries(value as object).flatMap(([name, item]) => {
      const field = fields[name];
      return field ? [`${name}: ${literal(item, field.type)}`] : [];
    });
    return `{ ${parts.join(', ')} }`;
  }
  return JSON.stringify(value);
}

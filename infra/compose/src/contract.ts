/**
 * Compares the API schema with the contract (`schema/contract/graph.graphql`): everything in it must be there, named,
 * typed and nullable as the contract says. What is there beside it must be in `ADDITIONS`, so that nothing becomes
 * public by accident.
 */
import {
  buildSchema,
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';

/** Coordinates that are public beside the contract. */
const ADDITIONS: ReadonlySet<string> = new Set([
  // REST answers 201 or 200 by it, which no other field tells when two requests race.
  'Round.justCreated',
]);

export interface ContractReport {
  /** Sentences; each one fails the build. */
  differences: string[];
  /** Coordinates of the contract that the graph does not have; any fails the build. */
  missing: string[];
}

export function compareWithContract(apiSdl: string, contractSdl: string): ContractReport {
  const [api, contract] = [buildSchema(apiSdl), buildSchema(contractSdl)];
  const report: ContractReport = { differences: [], missing: [] };
  for (const type of ownTypes(api)) {
    const promised = contract.getType(type.name);
    if (promised) compareTypes(type, promised, report);
    else if (!ADDITIONS.has(type.name)) report.differences.push(`${type.name} is not in the contract.`);
  }
  for (const type of ownTypes(contract)) if (!api.getType(type.name)) report.missing.push(type.name);
  return report;
}

const ownTypes = (schema: GraphQLSchema): GraphQLNamedType[] =>
  Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));

function compareTypes(built: GraphQLNamedType, promised: GraphQLNamedType, report: ContractReport): void {
  if (built.constructor !== promised.constructor) {
    report.differences.push(`${built.name} is another kind of type than in the contract.`);
  } else if (isEnumType(built)) {
    compareValues(built, promised as GraphQLEnumType, report);
  } else if (
    (isObjectType(built) && isObjectType(promised)) ||
    (isInputObjectType(built) && isInputObjectType(promised))
  ) {
    compareFields(built.name, built.getFields(), promised.getFields(), report);
  }
}

function compareValues(built: GraphQLEnumType, promised: GraphQLEnumType, report: ContractReport): void {
  const names = (type: GraphQLEnumType) => type.getValues().map((value) => value.name);
  const [have, want] = [names(built), names(promised)];
  if (have.join() !== want.join()) {
    report.differences.push(`enum ${built.name} is ${have.join(' ')}, in the contract ${want.join(' ')}.`);
  }
}

type Fields = Record<string, GraphQLField<unknown, unknown> | GraphQLInputField>;

function compareFields(type: string, built: Fields, promised: Fields, report: ContractReport): void {
  for (const [name, field] of Object.entries(built)) {
    const coordinate = `${type}.${name}`;
    const wanted = promised[name];
    if (!wanted) {
      if (!ADDITIONS.has(coordinate)) report.differences.push(`${coordinate} is not in the contract.`);
      continue;
    }
    if (String(field.type) !== String(wanted.type)) {
      report.differences.push(`${coordinate} is ${field.type}, in the contract ${wanted.type}.`);
    }
    if ('args' in field && 'args' in wanted) compareArguments(coordinate, field, wanted, report);
    else if ('defaultValue' in field && 'defaultValue' in wanted) {
      compareDefaults(coordinate, field.defaultValue, wanted.defaultValue, report);
    }
  }
  for (const name of Object.keys(promised)) if (!built[name]) report.missing.push(`${type}.${name}`);
}

type OutputField = GraphQLField<unknown, unknown>;

function compareArguments(coordinate: string, field: OutputField, wanted: OutputField, report: ContractReport): void {
  for (const argument of field.args) {
    const promised = wanted.args.find(({ name }) => name === argument.name);
    const place = `${coordinate}(${argument.name}:)`;
    if (!promised) {
      if (!ADDITIONS.has(place)) report.differences.push(`${place} is not in the contract.`);
    } else {
      if (String(argument.type) !== String(promised.type)) {
        report.differences.push(`${place} is ${argument.type}, in the contract ${promised.type}.`);
      }
      compareDefaults(place, argument.defaultValue, promised.defaultValue, report);
    }
  }
  // A field that lacks an argument is not the contract's field: clients would get other rows than they asked for.
  for (const { name } of wanted.args) {
    if (!field.args.some((argument) => argument.name === name))
      report.differences.push(`${coordinate} lacks the argument ${name}.`);
  }
}

function compareDefaults(place: string, built: unknown, promised: unknown, report: ContractReport): void {
  if (JSON.stringify(built) !== JSON.stringify(promised)) {
    report.differences.push(
      `${place} defaults to ${JSON.stringify(built)}, in the contract to ${JSON.stringify(promised)}.`,
    );
  }
}

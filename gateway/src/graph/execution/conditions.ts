/** Variables that decide, by `@skip` and `@include`, what is asked and what is answered. */
import { AppError } from '@interview/runtime/errors';
import {
  type ASTNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValueNode,
  visit,
} from 'graphql';

export type ConditionValues = ReadonlyMap<string, boolean>;

/** @throws AppError VALIDATION_FAILED when the variable is null, which its type may allow where it has a default. */
export function valueOfCondition(
  name: string,
  variables: Readonly<Record<string, unknown>>,
  defaults: ConditionValues,
): boolean {
  const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
  const value = given === undefined ? defaults.get(name) : given;
  if (typeof value === 'boolean') return value;
  throw new AppError('VALIDATION_FAILED', `Variable "$${name}" decides on a field and must be true or false.`);
}

/** Defaults of an operation's Boolean variables. */
export function conditionDefaults(operation: OperationDefinitionNode): ConditionValues {
  return new Map(
    (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue?.kind === Kind.BOOLEAN ? [[variable.name.value, defaultValue.value] as const] : [],
    ),
  );
}

/** Names of the variables that any `@skip` or `@include` of the operation takes, each once. */
export function conditionVariables(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string[] {
  const names = new Set<string>();
  const seen = new Set<string>();
  const read = (node: ASTNode): void => {
    visit(node, {
      Directive(directive) {
        const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
        if (isCondition(directive.name.value) && value?.kind === Kind.VARIABLE) names.add(value.name.value);
      },
      FragmentSpread({ name }) {
        const fragment = seen.has(name.value) ? undefined : fragments.get(name.value);
        seen.add(name.value);
        if (fragment) read(fragment);
      },
    });
  };
  read(operation);
  return [...names];
}

const isCondition = (directive: string): boolean => directive === 'skip' || directive === 'include';

/** Whether a selection is part of the answer. */
export function isIncluded({ directives = [] }: SelectionNode, values: ConditionValues): boolean {
  return directives.every(({ name, arguments: given = [] }) => {
    if (!isCondition(name.value)) return true;
    const value = given.find((argument) => argument.name.value === 'if')?.value;
    return holds(value, values) === (name.value === 'include');
  });
}

function holds(value: ValueNode | undefined, values: ConditionValues): boolean {
  if (value?.kind === Kind.BOOLEAN) return value.value;
  return value?.kind === Kind.VARIABLE && values.get(value.name.value) === true;
}

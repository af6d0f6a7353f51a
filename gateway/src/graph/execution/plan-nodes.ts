/** The plan's nodes as steps. A path within a path counts from where the outer one leads to. */
import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { type ConditionValues, valueOfCondition } from './conditions.js';
import type { Step } from './execution.js';
import { compileEntityFetches, compileRootFetch, type FetchPlan, together } from './fetch.js';

type PlanPath = readonly (string | number)[];

export interface NodePlan extends FetchPlan {
  /** Of variables that were not given. */
  defaults: ConditionValues;
}

/** @throws Error when the plan has a node that is not executed here: it names which. */
export function compileNode(node: NonNullable<QueryPlan['node']>, plan: NodePlan, path: PlanPath = []): Step {
  switch (node.kind) {
    case 'Fetch':
      return node.requires ? compileEntityFetches([node], path, plan) : compileRootFetch(node, path, plan);
    case 'Flatten':
      return compileNode(node.node, plan, [...path, ...node.path]);
    case 'Sequence':
      return inSequence(node.nodes.map((each) => compileNode(each, plan, path)));
    case 'Parallel':
      return inParallel(compileSiblings(node.nodes, plan, path));
    case 'Condition': {
      const { condition } = node;
      const yes = node.ifClause && compileNode(node.ifClause, plan, path);
      const no = node.elseClause && compileNode(node.elseClause, plan, path);
      return (execution) => {
        const branch = valueOfCondition(condition, execution.variables, plan.defaults) ? yes : no;
        return branch?.(execution);
      };
    }
    case 'Subscription':
      throw new Error('A subscription runs as the sequence of its parts, the first of them given: not as one plan.');
    case 'Defer':
      throw new Error('The plan defers parts of the answer, and answers in parts are not served.');
  }
}

/** All fetches of a plan. */
export function fetchesOf(node: QueryPlan['node']): FetchNode[] {
  switch (node?.kind) {
    case 'Fetch':
      return [node];
    case 'Flatten':
      return fetchesOf(node.node);
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesOf);
    case 'Condition':
      return [...fetchesOf(node.ifClause), ...fetchesOf(node.elseClause)];
    default:
      return [];
  }
}

/** Fetches of entities at the same path become one step. */
function compileSiblings(nodes: readonly PlanNode[], plan: NodePlan, path: PlanPath): Step[] {
  const byPath = new Map<string, { path: PlanPath; fetches: FetchNode[] }>();
  const steps: Step[] = [];
  for (const node of nodes) {
    if (node.kind === 'Flatten' && node.node.kind === 'Fetch' && node.node.requires) {
      const full = [...path, ...node.path];
      const key = JSON.stringify(full);
      const group = byPath.get(key) ?? { path: full, fetches: [] };
      group.fetches.push(node.node);
      byPath.set(key, group);
    } else {
      steps.push(compileNode(node, plan, path));
    }
  }
  return [...steps, ...[...byPath.values()].map((group) => compileEntityFetches(group.fetches, group.path, plan))];
}

function inSequence(steps: readonly Step[]): Step {
  const from =
    (first: number): Step =>
    (execution) => {
      for (let index = first; index < steps.length; index++) {
        const underWay = steps[index]?.(execution);
        if (underWay) return index + 1 < steps.length ? underWay.then(() => rest[index + 1]?.(execution)) : underWay;
      }
      return undefined;
    };
  const rest = steps.map((_, index) => from(index));
  return from(0);
}

function inParallel(steps: readonly Step[]): Step {
  return (execution) => together(steps.flatMap((step) => step(execution) ?? []));
}

import { expect, it } from '@jest/globals';
import { AskBudget } from './ask-budget.js';

it('lets a minute’s worth pass at once, and then as much as the time gives back', () => {
  const budget = new AskBudget(60);
  for (let i = 0; i < 60; i++) expect(budget.take(1000)).toBe(true);
  expect(budget.take(1000)).toBe(false);
  expect(new AskBudget(1).take(0)).toBe(true);
});

it('fills again with time, and to no more than a minute’s worth', () => {
  const budget = new AskBudget(60);
  for (let i = 0; i < 60; i++) budget.take(0);
  expect(budget.take(1000)).toBe(true);
  expect(budget.take(1000)).toBe(false);
  for (let i = 0; i < 60; i++) expect(budget.take(10_000_000)).toBe(true);
  expect(budget.take(10_000_000)).toBe(false);
});

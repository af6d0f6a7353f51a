/** The server's complaints, each at the field that it is about. */
import type { FieldProblem, InterviewError } from '@interview/sdk/client';

/** What is said about `field` of the operation's `input`, also about an entry of it (`input.strengths.2`). */
export function problemOf(error: InterviewError | undefined, field: string): string | undefined {
  const about = error?.details?.filter(({ path }) => isAbout(path, field)) ?? [];
  return about.length === 0 ? undefined : about.map(({ message }) => sentence(message)).join(' ');
}

/** What has no field of this form to stand at. */
export function problemOutside(error: InterviewError | undefined, fields: readonly string[]): string | undefined {
  if (!error) return undefined;
  const details: readonly FieldProblem[] = error.details ?? [];
  if (details.length === 0) return error.message;
  const outside = details.filter(({ path }) => !fields.some((field) => isAbout(path, field)));
  return outside.length === 0 ? undefined : outside.map(({ path, message }) => `${path}: ${message}`).join(' ');
}

function isAbout(path: string, field: string): boolean {
  const inInput = path.replace(/^input\./, '');
  return inInput === field || inInput.startsWith(`${field}.`) || inInput.startsWith(`${field}[`);
}

function sentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

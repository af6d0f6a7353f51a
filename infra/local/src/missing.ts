/** What a command needs and cannot get on this machine. Commands print the message alone, on one line. */
export class MissingError extends Error {
  override readonly name = 'MissingError';
}

/** @returns the one line to print for an error that a person can act on, undefined for one that is a defect. */
export function lineFor(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return ['MissingError', 'SettingsError', 'StartError'].includes(error.name) ? error.message : undefined;
}

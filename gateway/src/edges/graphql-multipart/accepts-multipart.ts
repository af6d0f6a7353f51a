/** Whether a client reads subscriptions in parts: `Accept: multipart/mixed;subscriptionSpec=1.0`, in any writing. */

/** A media range or a parameter ends at a comma or semicolon that no quoted text holds. Escapes are not looked at: what is looked for has none. */
const PIECE = /(?:[^",;]|"[^"]*")+|[,;]/g;

export function acceptsMultipart(accept: string | undefined): boolean {
  return mediaRanges(accept ?? '').some(
    ({ type, parameters }) =>
      type === 'multipart/mixed' &&
      parameters.get('subscriptionspec') === '1.0' &&
      Number(parameters.get('q') ?? 1) > 0,
  );
}

interface MediaRange {
  type: string;
  /** Names in lower case, values without their quotes. */
  parameters: ReadonlyMap<string, string>;
}

function mediaRanges(accept: string): MediaRange[] {
  const ranges: string[][] = [[]];
  for (const [piece] of accept.matchAll(PIECE)) {
    if (piece === ',') ranges.push([]);
    else if (piece !== ';') ranges.at(-1)?.push(piece.trim());
  }
  return ranges.map(([type = '', ...parameters]) => ({
    type: type.toLowerCase(),
    parameters: new Map(parameters.map(readParameter)),
  }));
}

function readParameter(text: string): [name: string, value: string] {
  const [name = '', ...value] = text.split('=');
  const written = value.join('=').trim();
  return [name.trim().toLowerCase(), /^"(.*)"$/.exec(written)?.[1] ?? written];
}

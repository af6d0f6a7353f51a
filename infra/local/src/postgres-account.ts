/**
 * The user that PostgreSQL runs as. It refuses root. So for root it runs as the system's `postgres`, or `nobody`
 * where there is none; if that user cannot reach the binaries or the data (a checkout below a folder with mode 0700),
 * in a user namespace, where root's own files belong to an ordinary user.
 */
import { chownSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRoot } from './debian.js';
import { MissingError } from './missing.js';
import { run } from './run-command.js';

export interface Account {
  user?: { uid: number; gid: number } | undefined;
  /** Set when the server runs in a user namespace as this user. */
  namespaceUser?: { uid: number; gid: number };
  /** Hands the data folder over, if another user's run made it. */
  own(folder: string): void;
}

/** @throws MissingError when root can run it in neither way. */
export async function accountFor(folder: string, binary: string): Promise<Account> {
  if (!isRoot()) return { own: () => undefined };
  const user = serverUser();
  const blocked = [folder, binary].map((path) => firstClosed(path, user)).find((path) => path !== undefined);
  if (blocked === undefined) return { user, own: (path) => giveTo(path, user) };
  const namespaceUser = user;
  try {
    await run('unshare', [...namespaceFlags(namespaceUser), 'true'], { limitMs: 5000 });
  } catch (error) {
    throw new MissingError(
      `PostgreSQL refuses to run as root, and user ${user.uid} may not enter ${blocked}: ` +
        `run "chmod o+x ${blocked}", or run as an ordinary user, or set DATABASE_URL.`,
      { cause: error },
    );
  }
  return { namespaceUser, own: (path) => giveTo(path, { uid: 0, gid: 0 }) };
}

/** The command line that runs a program as the account says. */
export function inNamespace(account: Account, command: string, args: string[]): [string, string[]] {
  return account.namespaceUser
    ? ['unshare', [...namespaceFlags(account.namespaceUser), command, ...args]]
    : [command, args];
}

const namespaceFlags = ({ uid, gid }: { uid: number; gid: number }) => [
  '--user',
  `--map-user=${uid}`,
  `--map-group=${gid}`,
];

/** A user that exists: PostgreSQL looks its name up. */
function serverUser(): { uid: number; gid: number } {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new MissingError('PostgreSQL refuses to run as root: run as an ordinary user, or set DATABASE_URL.');
}

/** The first folder on the way to a path that the user may not enter. */
function firstClosed(path: string, user: { uid: number; gid: number }): string | undefined {
  const way: string[] = [];
  for (let at = path; at !== dirname(at); at = dirname(at)) way.unshift(at);
  return way.find((at) => {
    const { mode, uid, gid } = statSync(at);
    if (uid === user.uid) return !(mode & 0o100);
    return gid === user.gid ? !(mode & 0o010) : !(mode & 0o001);
  });
}

function giveTo(path: string, user: { uid: number; gid: number }): void {
  if (lstatSync(path).uid === user.uid) return;
  chownSync(path, user.uid, user.gid);
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) chownSync(join(entry.parentPath, entry.name), user.uid, user.gid);
  }
}

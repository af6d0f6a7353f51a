/**
 * Who is in which round, in Redis, for all replicas. Every operation is one atomic step, on Redis's own clock.
 *
 * Members of a round's set, each scored with when it expires: `<person>#<connection>` for each connection, which
 * the replica that holds it renews; and `<person>#` for a person without any, who is about to count as having
 * left. Whoever finds that one expired takes the departure upon itself by putting it off, and removes it when the
 * graph knows: a replica that is killed in between is followed by another.
 */
import { AppError } from '@interview/runtime/errors';
import type { RedisConnection } from '@interview/runtime/redis';
import type { Viewer } from '@interview/runtime/viewer';
import { Role } from '@interview/schema/enums';
import { keys } from '@interview/schema/keys';
import { z } from 'zod';
import { redisScript } from './redis-script.js';

/** What it takes to act as a person towards the graph. */
export type Person = Pick<Viewer, 'companyId' | 'role' | 'id'>;

/** Rounds that are looked at in one sweep; more are found by the next. */
const ROUNDS_AT_ONCE = 100;

const step = redisScript(`
local entries, due = KEYS[1], KEYS[2]
local op, round, person, connection, hold = ARGV[1], ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if op == 'due' then return redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, ${ROUNDS_AT_ONCE}) end

local function personOf(member) return (string.match(member, '^(.*)#[^#]*$')) end
local function isConnected(who)
  for _, member in ipairs(redis.call('ZRANGE', entries, 0, -1)) do
    if member ~= who .. '#' and personOf(member) == who then return true end
  end
  return false
end
local mine, departing, answer = person .. '#' .. connection, person .. '#', 0

if op == 'join' then
  local returned = redis.call('ZREM', entries, departing) == 1
  if not returned and not isConnected(person) then answer = 1 end
  redis.call('ZADD', entries, now + hold, mine)
elseif op == 'renew' then
  if redis.call('ZSCORE', entries, mine) then
    redis.call('ZADD', entries, now + hold, mine)
    answer = 1
  end
elseif op == 'forget' then
  answer = redis.call('ZREM', entries, mine)
elseif op == 'lose' or op == 'leave' then
  if redis.call('ZREM', entries, mine) == 1 and not isConnected(person) then
    redis.call('ZADD', entries, now + hold, departing)
    answer = 1
  end
elseif op == 'left' then
  answer = redis.call('ZREM', entries, departing)
elseif op == 'sweep' then
  local gone = {}
  for _, member in ipairs(redis.call('ZRANGEBYSCORE', entries, '-inf', now)) do
    redis.call('ZREM', entries, member)
    gone[personOf(member)] = true
  end
  answer = {}
  for who in pairs(gone) do
    if not isConnected(who) then
      redis.call('ZADD', entries, now + hold, who .. '#')
      table.insert(answer, who)
    end
  end
end

local first = redis.call('ZRANGE', entries, 0, 0, 'WITHSCORES')
if first[2] then redis.call('ZADD', due, first[2], round) else redis.call('ZREM', due, round) end
return answer`);

/** A round and the connection in it of a person. */
export interface Stay {
  person: Person;
  roundId: string;
  connectionId: string;
}

/** Each throws AppError SERVICE_UNAVAILABLE while Redis is away; times are milliseconds. */
export interface PresenceStore {
  /** @returns true when the person was not in the round, with no other connection either. */
  join(stay: Stay, holdMs: number): Promise<boolean>;
  /** @returns false when the entry is not there any more: it expired, or Redis has lost it. */
  renew(stay: Stay, holdMs: number): Promise<boolean>;
  /** Takes back a join that the graph refused. */
  forget(stay: Stay): Promise<void>;
  /** The connection is gone. @returns true when the person has none left, and counts as leaving in `graceMs`. */
  lose(stay: Stay, graceMs: number): Promise<boolean>;
  /** The same, and who is told true is to tell the graph, and then `left`, within `claimMs`. */
  leave(stay: Stay, claimMs: number): Promise<boolean>;
  /** @returns those who have left and whose departure is now the caller's to tell, within `claimMs`. */
  sweep(roundId: string, claimMs: number): Promise<Person[]>;
  /** The graph knows. @returns false when the person has come back meanwhile. */
  left(roundId: string, person: Person): Promise<boolean>;
  /** Rounds in which something has expired. */
  dueRounds(): Promise<string[]>;
  /** Who is in the round; those too who were lost and have time to return. */
  peopleIn(roundId: string): Promise<Person[]>;
}

const Encoded = z.tuple([z.string(), Role, z.string()]);
const encode = ({ companyId, role, id }: Person) => JSON.stringify([companyId, role, id]);
const decode = (text: string): Person => {
  const [companyId, role, id] = Encoded.parse(JSON.parse(text));
  return { companyId, role, id };
};

export function createPresenceStore(redis: RedisConnection): PresenceStore {
  const run = async (op: string, roundId: string, person = '', connectionId = '', holdMs = 0): Promise<unknown> =>
    available(step(redis, [keys.presence(roundId), keys.presenceDue], [op, roundId, person, connectionId, holdMs]));
  const ofStay = async (op: string, { person, roundId, connectionId }: Stay, holdMs = 0): Promise<boolean> =>
    (await run(op, roundId, encode(person), connectionId, holdMs)) === 1;
  return {
    join: (stay, holdMs) => ofStay('join', stay, holdMs),
    renew: (stay, holdMs) => ofStay('renew', stay, holdMs),
    forget: async (stay) => void (await ofStay('forget', stay)),
    lose: (stay, graceMs) => ofStay('lose', stay, graceMs),
    leave: (stay, claimMs) => ofStay('leave', stay, claimMs),
    left: async (roundId, person) => (await run('left', roundId, encode(person))) === 1,
    // The script answers these two with a list of strings.
    sweep: async (roundId, claimMs) => ((await run('sweep', roundId, '', '', claimMs)) as string[]).map(decode),
    dueRounds: async () => (await run('due', '')) as string[],
    async peopleIn(roundId) {
      const members = await available(redis.zrange(keys.presence(roundId), 0, -1));
      return [...new Set(members.map((member) => member.slice(0, member.lastIndexOf('#'))))].map(decode);
    },
  };
}

async function available<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch {
    throw new AppError('SERVICE_UNAVAILABLE', 'Who is in a round cannot be told at the moment. Try again.');
  }
}

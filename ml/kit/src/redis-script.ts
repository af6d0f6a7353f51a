/**
 * The Lua scripts of the workers. All but those that take and leave a round first compare the lease with its
 * holder, so that whoever lost a round can no longer write for it, and answer 1 when they wrote, else 0.
 *
 * `APPEND_RESULTS` and `APPEND_DEAD` write to the round's slot and to that of a stream of all rounds. One server runs
 * them as they are; a cluster needs those streams split by slot first.
 */
import { createHash } from 'node:crypto';
import type { RedisConnection } from '@interview/runtime/redis';

export interface RedisScript {
  lua: string;
  sha: string;
}

const script = (lua: string): RedisScript => ({ lua, sha: createHash('sha1').update(lua).digest('hex') });

/** KEYS: lease. ARGV: holder, ms. */
export const EXTEND_LEASE = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])`);

/**
 * Takes a lease that nobody holds. A holder whose name still stands there vanished: it is listed with what it had
 * in hand, 100 of them at most. KEYS: lease, holders. ARGV: holder, ms, ms that holders are kept. Answers nil when
 * somebody holds it, else '1' when the holder before vanished or '0', then what those that vanished had in hand.
 */
export const TAKE_LEASE = script(`
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return nil end
local before = redis.call('HGET', KEYS[2], 'holder')
if before and redis.call('HLEN', KEYS[2]) < 100 then
  redis.call('HSET', KEYS[2], 'vanished:' .. before, redis.call('HGET', KEYS[2], 'inHand') or '')
end
redis.call('HDEL', KEYS[2], 'inHand')
redis.call('HSET', KEYS[2], 'holder', ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
local reply = { before and '1' or '0' }
local noted = redis.call('HGETALL', KEYS[2])
for i = 1, #noted, 2 do
  if string.sub(noted[i], 1, 9) == 'vanished:' then reply[#reply + 1] = noted[i + 1] end
end
return reply`);

/** Leaves a round, or tells that who lost it lives. KEYS: lease, holders. ARGV: holder. */
export const LEAVE_ROUND = script(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
redis.call('HDEL', KEYS[2], 'vanished:' .. ARGV[1])
if redis.call('HGET', KEYS[2], 'holder') == ARGV[1] then redis.call('HDEL', KEYS[2], 'holder', 'inHand') end
return 1`);

/** KEYS: lease, holders. ARGV: holder, what it has in hand. */
export const NOTE_IN_HAND = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], 'inHand', ARGV[2])
return 1`);

/** Forgets who vanished. KEYS: lease, holders. ARGV: holder, ms that holders are kept. */
export const FORGET_VANISHED = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[2], 'holder', ARGV[1])
return redis.call('PEXPIRE', KEYS[2], ARGV[2])`);

/**
 * KEYS: lease, results stream, faces stream, voices stream. ARGV: holder, channel, ms that observations are kept,
 * their number at most in a stream, how many results are durable, how many are only published, how many
 * observations are of faces, then those results, then those observations, the rest is of voices.
 */
export const APPEND_RESULTS = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local toInterim = 7 + tonumber(ARGV[5])
local toFaces = toInterim + tonumber(ARGV[6])
local toVoices = toFaces + tonumber(ARGV[7])
for i = 8, toInterim do
  redis.call('XADD', KEYS[2], '*', 'json', ARGV[i])
  redis.call('PUBLISH', ARGV[2], ARGV[i])
end
for i = toInterim + 1, toFaces do
  redis.call('PUBLISH', ARGV[2], ARGV[i])
end
for i = toFaces + 1, #ARGV do
  redis.call('XADD', i <= toVoices and KEYS[3] or KEYS[4], 'MAXLEN', '~', ARGV[4], '*', 'json', ARGV[i])
end
if toVoices > toFaces then redis.call('PEXPIRE', KEYS[3], ARGV[3]) end
if #ARGV > toVoices then redis.call('PEXPIRE', KEYS[4], ARGV[3]) end
return 1`);

/** KEYS: lease, dead letters. ARGV: holder, their number at most, JSON. */
export const APPEND_DEAD = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'json', ARGV[3])
return 1`);

/** KEYS: lease, checkpoint, streams. ARGV: holder, JSON, ms it is kept, then the id below which each stream goes. */
export const SAVE_CHECKPOINT = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
for i = 3, #KEYS do
  if ARGV[i + 1] ~= '' then redis.call('XTRIM', KEYS[i], 'MINID', ARGV[i + 1]) end
end
return 1`);

/**
 * Empties a round's streams and lets them vanish, with what a late producer still appends. KEYS: lease,
 * checkpoint, streams. ARGV: holder, ms until they vanish, the checkpoint that remains or nothing, ms it is kept.
 */
export const EMPTY_STREAMS = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '' then redis.call('DEL', KEYS[2]) else redis.call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4]) end
for i = 3, #KEYS do
  redis.call('XTRIM', KEYS[i], 'MAXLEN', '0')
  redis.call('PEXPIRE', KEYS[i], ARGV[2])
end
return 1`);

/** Runs a script that answers 1 when it wrote. */
export async function runScript(...call: Parameters<typeof callScript>): Promise<boolean> {
  return (await callScript(...call)) === 1;
}

/** Runs a script by its hash, or by its text where the server does not know it yet, and gives its answer. */
export async function callScript(
  redis: RedisConnection,
  { lua, sha }: RedisScript,
  scriptKeys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha, scriptKeys.length, ...scriptKeys, ...args);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return redis.eval(lua, scriptKeys.length, ...scriptKeys, ...args);
  }
}

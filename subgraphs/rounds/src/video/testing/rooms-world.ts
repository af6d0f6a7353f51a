/**
 * A subgraph whose rooms are at a server in VideoSDK's place, asked by the real client. The background work is
 * done when a test says so, and with no patience.
 */
import { createLog } from '@interview/runtime/log';
import { openSubgraphWorld, type SubgraphWorld } from '@interview/subgraph-kit/testing/subgraph-world';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { roundsDatabase } from '../../database.js';
import { openRoundsWith } from '../../graph.js';
import { createP2pRooms } from '../p2p.rooms.js';
import { closeRooms } from '../room-closings.js';
import { type VideoProviders, videoProviders } from '../video-providers.js';
import type { VideoRooms } from '../video-rooms.js';
import { createVideoSdkRooms } from '../videosdk.rooms.js';
import { startVideoSdkServer, type VideoSdkServer } from './videosdk-server.js';

const LIMITS = { attemptMs: 500, totalMs: 2000, backoffMs: 1 };

export interface RoomsWorld {
  readonly world: SubgraphWorld;
  /** A new one for each test. */
  readonly vendor: VideoSdkServer;
  /** What new rounds get their rooms from: a test may put another in its place. */
  rooms: VideoRooms;
  readonly providers: VideoProviders;
  fork(): SqlEntityManager;
  /** Everything that could be given up or closed is. */
  sweep(): Promise<void>;
  /** One run of the background work, with its own patience. */
  closeRooms(providers?: VideoProviders): Promise<void>;
  /** The subgraph's own job runs beside the test and may have been the one to take a room. */
  untilClosingsAre(n: number): Promise<void>;
  count(table: 'room_intents' | 'room_closings'): Promise<number>;
  /** Ids of the vendor's rooms that are not closed. */
  openRooms(): string[];
  /** The room as it is stored with the round. */
  roomOf(roundId: string): Promise<{ video_provider: string; videosdk_meeting_id: string } | undefined>;
  /** Before each test. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

export async function openRoomsWorld(): Promise<RoomsWorld> {
  const log = createLog('test', 'silent');
  const startRooms = async () => {
    const vendor = await startVideoSdkServer();
    const rooms: VideoRooms = createVideoSdkRooms({ ...vendor, limits: LIMITS });
    return { vendor, rooms };
  };
  const present = await startRooms();
  const providers: VideoProviders = {
    get current() {
      return present.rooms;
    },
    of: (provider) => videoProviders(present.rooms, [createP2pRooms('key')]).of(provider),
  };
  const world = await openSubgraphWorld({
    database: roundsDatabase,
    open: (foundation) => openRoundsWith(foundation, providers),
  });
  const fork = () => world.foundation.orm.em.fork() as SqlEntityManager;
  const closeDue = (intentPatienceMs?: number, from = providers) =>
    closeRooms({ fork, providers: from, log, ...(intentPatienceMs === undefined ? {} : { intentPatienceMs }) });
  const count: RoomsWorld['count'] = async (table) => {
    const [row] = await world.sql<{ n: number }>(`select count(*)::int as n from rounds.${table}`);
    return row?.n ?? Number.NaN;
  };

  return {
    world,
    get vendor() {
      return present.vendor;
    },
    get rooms() {
      return present.rooms;
    },
    set rooms(other) {
      present.rooms = other;
    },
    providers,
    fork,
    count,
    async sweep() {
      // What is given up in the first round is due in the second.
      for (let round = 1; round <= 2; round++) {
        await world.sql("update rounds.room_closings set due_at = now() - interval '1 second'");
        await closeDue(0);
      }
    },
    closeRooms: (from) => closeDue(undefined, from),
    async untilClosingsAre(n) {
      while ((await count('room_closings')) !== n) await closeDue();
    },
    openRooms: () => [...present.vendor.rooms.values()].filter((room) => !room.disabled).map((room) => room.roomId),
    async roomOf(roundId) {
      const [row] = await world.sql<{ video_provider: string; videosdk_meeting_id: string }>(
        'select video_provider, videosdk_meeting_id from rounds.interview_rounds where id = ?',
        [roundId],
      );
      return row;
    },
    async renew() {
      await world.sql('truncate rounds.room_intents, rounds.room_closings');
      await present.vendor.close();
      Object.assign(present, await startRooms());
    },
    async close() {
      await world.close();
      await present.vendor.close();
    },
  };
}

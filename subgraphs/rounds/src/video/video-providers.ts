/** Which providers there are, by the settings: one for new rounds, and every one that planned rounds may have. */
import { loadSettings, SettingsError } from '@interview/runtime/settings';
import { createP2pRooms } from './p2p.rooms.js';
import { type VideoProvider, VideoProviderError, type VideoRooms } from './video-rooms.js';
import { createVideoSdkRooms } from './videosdk.rooms.js';

export interface VideoProviders {
  /** For rounds that are created now. */
  readonly current: VideoRooms;
  /**
   * For a round that has its room already.
   * @throws VideoProviderError when the settings that this provider needs are gone.
   */
  of(provider: VideoProvider): VideoRooms;
}

export function videoProviders(current: VideoRooms, others: readonly VideoRooms[] = []): VideoProviders {
  const known = new Map([...others, current].map((rooms) => [rooms.provider, rooms]));
  return {
    current,
    of(provider) {
      const rooms = known.get(provider);
      if (!rooms)
        throw new VideoProviderError(provider, 'is not configured any more, and rounds still have rooms there');
      return rooms;
    },
  };
}

/**
 * Reads VIDEO_PROVIDER, VIDEOSDK_API_KEY, VIDEOSDK_SECRET and VIDEOSDK_URL.
 * @throws SettingsError when the provider that is wanted lacks a setting.
 */
export function loadVideoProviders(
  internalKey: string,
  env: Record<string, string | undefined> = process.env,
): VideoProviders {
  const settings = loadSettings(['VIDEO_PROVIDER', 'VIDEOSDK_API_KEY', 'VIDEOSDK_SECRET', 'VIDEOSDK_URL'], env);
  const { VIDEOSDK_API_KEY: apiKey, VIDEOSDK_SECRET: secret, VIDEOSDK_URL: url } = settings;
  const wanted = settings.VIDEO_PROVIDER ?? (apiKey ? 'videosdk' : 'p2p');
  const p2p = createP2pRooms(internalKey);
  // Rounds that were planned with VideoSDK keep it for as long as its settings are there.
  if (apiKey && secret) {
    const videosdk = createVideoSdkRooms({ url, apiKey, secret });
    return wanted === 'videosdk' ? videoProviders(videosdk, [p2p]) : videoProviders(p2p, [videosdk]);
  }
  if (wanted === 'p2p') return videoProviders(p2p);
  const missing = [apiKey ? '' : 'VIDEOSDK_API_KEY', secret ? '' : 'VIDEOSDK_SECRET'].filter(Boolean);
  throw new SettingsError(
    `Wrong settings: ${missing.map((name) => `${name} is required, because rooms are to be VideoSDK's`).join('; ')}.`,
  );
}

import { describe, expect, test } from '@jest/globals';
import { openDevices } from './devices';

/** Gives a stream only for what it has. */
function devicesWith(...has: ('audio' | 'video')[]) {
  return {
    getUserMedia: async (wanted: MediaStreamConstraints = {}) => {
      if (Object.keys(wanted).some((kind) => kind !== 'audio' && kind !== 'video')) throw new Error('unknown');
      if (Object.keys(wanted).some((kind) => !has.some((one) => one === kind))) throw new Error('Device not found');
      return { tracks: Object.keys(wanted) } as unknown as MediaStream; // stands for one
    },
  };
}

describe('the devices of a call', () => {
  test('are camera and microphone where there are both', async () => {
    expect(await openDevices(devicesWith('audio', 'video'))).toEqual({
      stream: { tracks: ['audio', 'video'] },
      problem: undefined,
    });
  });

  test('are what there is, and the person is told what is missing', async () => {
    const alone = await openDevices(devicesWith('audio'));
    expect(alone.stream).toEqual({ tracks: ['audio'] });
    expect(alone.problem).toContain('no camera');
    expect((await openDevices(devicesWith('video'))).problem).toContain('no microphone');
  });

  test('are none where the browser gives none, and it says why', async () => {
    expect(await openDevices(devicesWith())).toEqual({
      stream: undefined,
      problem: 'Neither camera nor microphone can be used (Device not found).',
    });
    expect((await openDevices(undefined)).problem).toContain('https');
  });
});

/** Camera and microphone, as far as there are any and the person lets the page use them. */

export interface Devices {
  stream: MediaStream | undefined;
  /** What is missing, in a sentence for the person. */
  problem: string | undefined;
}

const AUDIO = { channelCount: 1, echoCancellation: true, noiseSuppression: true } satisfies MediaTrackConstraints;
const VIDEO = { width: { ideal: 640 }, height: { ideal: 480 } } satisfies MediaTrackConstraints;

/** From the most wished for to the least; the first that can be had is taken. */
const CHOICES: readonly { wanted: MediaStreamConstraints; missing: string | undefined }[] = [
  { wanted: { audio: AUDIO, video: VIDEO }, missing: undefined },
  { wanted: { audio: AUDIO }, missing: 'There is no camera, or the page may not use it: the others only hear you.' },
  { wanted: { video: VIDEO }, missing: 'There is no microphone, or the page may not use it: nobody hears you.' },
];

/** `devices` is undefined where the page was not served securely. Never throws: a call works without either. */
export async function openDevices(devices: Pick<MediaDevices, 'getUserMedia'> | undefined): Promise<Devices> {
  if (!devices) {
    return { stream: undefined, problem: 'Browsers give camera and microphone to pages over https only.' };
  }
  let refusal = '';
  for (const { wanted, missing } of CHOICES) {
    try {
      return { stream: await devices.getUserMedia(wanted), problem: missing };
    } catch (error) {
      refusal = (error as DOMException).message; // what getUserMedia rejects with
    }
  }
  return { stream: undefined, problem: `Neither camera nor microphone can be used (${refusal}).` };
}

/** A camera's picture as the analysers want it: two JPEG frames a second. */
const FRAMES_EVERY_MS = 500;
const WIDTH = 640;
const QUALITY = 0.8;
/** What the gateway takes; a frame of this width weighs a tenth of it. */
const LARGEST_FRAME = 512 * 1024;

export interface Frame {
  frame: ArrayBuffer;
  timestamp: number;
}

/**
 * Hands over frames until the function that comes back is called. A stream without picture gives none; `onFailure` is
 * told where the browser does not play it.
 */
export function capturePicture(
  stream: MediaStream,
  onFrame: (frame: Frame) => void,
  onFailure: (error: Error) => void,
): () => void {
  if (stream.getVideoTracks().length === 0) return () => undefined;
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  const canvas = document.createElement('canvas');
  let over = false;

  const take = () => {
    if (video.paused || video.readyState < video.HAVE_CURRENT_DATA || video.videoWidth === 0) return;
    const timestamp = Date.now();
    canvas.width = Math.min(WIDTH, video.videoWidth);
    canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
    canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => void hand(blob, timestamp), 'image/jpeg', QUALITY);
  };
  const hand = async (blob: Blob | null, timestamp: number) => {
    if (!blob || blob.size > LARGEST_FRAME) return;
    const frame = await blob.arrayBuffer();
    if (!over) onFrame({ frame, timestamp });
  };
  // A video that is in no document plays only when it is told to; until then it is black.
  video.play().catch((error: Error) => {
    if (!over) onFailure(error);
  });
  const timer = setInterval(take, FRAMES_EVERY_MS);
  return () => {
    over = true;
    clearInterval(timer);
    video.srcObject = null;
  };
}

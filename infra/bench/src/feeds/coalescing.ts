/**
 * Keeps the client from being woken for each frame. On one machine a frame that finds the client asleep makes the server
 * wake it, which on a virtual machine costs more than the write itself, and is paid by a server that is a little slower
 * than the client reads, and not by one that is a little faster: the same server then has two speeds. A network card
 * gathers what comes within some microseconds before it tells; so does the client here, for every server alike.
 */
const GATHER_MS = 2;
const nobody = new Int32Array(new SharedArrayBuffer(4));

/** While `work` lasts, sockets are looked at every two milliseconds, and nobody waits in between. */
export async function withCoalescedReads<T>(work: () => Promise<T>): Promise<T> {
  let over = false;
  const look = () => {
    if (over) return;
    Atomics.wait(nobody, 0, 0, GATHER_MS);
    // Pending work: the loop looks at its sockets without going to sleep on them.
    setImmediate(look);
  };
  setImmediate(look);
  try {
    return await work();
  } finally {
    over = true;
  }
}

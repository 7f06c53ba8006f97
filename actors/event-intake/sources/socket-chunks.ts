import { addAbortListener } from 'node:events';
import type { Socket } from 'node:net';
import type { Milliseconds } from '../../../protocol/time.ts';

/**
 * What comes out of a socket, until it ends or the signal aborts, which both just end it. The sender may pause between two events
 * for as long as it likes, but not within one.
 * @param owes whether a whole event is owed: the sender has begun one, or must begin with one
 * @param stalled called when it owes one and nothing has come for so long; then it ends too
 */
export async function* socketChunks(
  socket: Socket,
  options: {
    readonly signal: AbortSignal;
    readonly stallMs: Milliseconds;
    readonly owes: (received: number) => boolean;
    readonly stalled: () => void;
  },
): AsyncGenerator<Uint8Array> {
  const chunks: AsyncIterator<Buffer> = socket.iterator({ destroyOnReturn: false });
  const aborted = Promise.withResolvers<undefined>();
  using _listener = addAbortListener(options.signal, () => aborted.resolve(undefined));
  let received = 0;
  for (;;) {
    const timer = options.owes(received)
      ? setTimeout(() => aborted.resolve(undefined), options.stallMs)
      : undefined;
    const next = await Promise.race([
      chunks.next().catch(() => undefined),
      aborted.promise.then(() => {
        if (!options.signal.aborted) options.stalled();
        return undefined;
      }),
    ]);
    clearTimeout(timer);
    if (!next || next.done) return;
    received += next.value.byteLength;
    yield next.value;
  }
}

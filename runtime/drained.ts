import type { Writable } from 'node:stream';

/** Resolves when the stream takes data again, or is closed and never will. */
export const drained = (stream: Writable): Promise<void> =>
  new Promise(resolve => {
    const done = (): void => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    if (stream.closed) return resolve();
    stream.on('drain', done).on('close', done);
  });

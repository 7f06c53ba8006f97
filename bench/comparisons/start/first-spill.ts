import { setTimeout as pause } from 'node:timers/promises';
import { addressesIn } from '../../../test/helpers/system.ts';

/** Between looks for a page that is not there yet: a browser's reload is no faster. */
const LOOK_MS = 50;

/** Resolves when the gateway of the system in a directory tells of a spill, as it does to the shift page. */
export async function firstSpill(directory: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const port = await addressesIn(directory).then(
      addresses => addresses['actors.gateway.listen.port'],
      () => undefined,
    );
    if (typeof port === 'number' && (await spillOn(`ws://127.0.0.1:${port}/api/v1/live`))) return;
    await pause(LOOK_MS, undefined, { signal });
  }
}

/** False when nobody is there, or the connection ends before a spill comes. */
const spillOn = (url: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = new WebSocket(url);
    const end = (seen: boolean) => {
      socket.close();
      resolve(seen);
    };
    socket.addEventListener('message', ({ data }) => {
      const { type } = JSON.parse(String(data)) as { type?: string };
      if (type === 'hello') socket.send(JSON.stringify({ type: 'start' }));
      if (type === 'spill') end(true);
    });
    socket.addEventListener('error', () => end(false));
    socket.addEventListener('close', () => end(false));
  });

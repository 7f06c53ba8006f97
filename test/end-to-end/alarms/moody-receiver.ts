import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Milliseconds } from '../../../protocol/time.ts';

/** How a receiver is disposed: it takes pages, answers 500, or never answers. */
export type Mood = 'takes' | 'fails' | 'hangs';

export interface Try {
  readonly key: string;
  readonly at: Milliseconds;
  readonly mood: Mood;
}

/** A webhook receiver whose mood can be changed: every try is noted, and only what it answered well it has taken. */
export interface MoodyReceiver extends AsyncDisposable {
  readonly url: string;
  mood: Mood;
  readonly tries: readonly Try[];
}

export async function moodyReceiver(): Promise<MoodyReceiver> {
  const tries: Try[] = [];
  const state = { mood: 'takes' as Mood };
  const server = createServer((request, response) => {
    const take = async () => {
      await text(request);
      const { mood } = state;
      tries.push({ key: String(request.headers['idempotency-key']), at: Date.now(), mood });
      if (mood !== 'hangs') response.writeHead(mood === 'takes' ? 200 : 500).end();
    };
    take().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(state, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    tries,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

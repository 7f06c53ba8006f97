import type { HostOptions } from '../../runtime/host/host.ts';
import type { Nats } from '../../runtime/host/nats.ts';
import { memoryEventStore } from './memory-event-store.ts';
import { silent } from './streams.ts';

/** What `runActor` needs in a test: a short heartbeat and drain, no files, no store. */
export const hostOptions = (
  nats: Nats,
  signal: AbortSignal,
  over: Partial<HostOptions> = {},
): HostOptions => ({
  nats,
  dataDirectory: '/nowhere',
  store: { url: 'http://127.0.0.1:1', user: 'nobody', database: 'none' },
  eventStore: memoryEventStore(),
  instance: 'test-1',
  version: '0',
  log: silent,
  clock: Date.now,
  random: Math.random,
  signal,
  heartbeatMs: 200,
  drainMs: 2_000,
  ...over,
});

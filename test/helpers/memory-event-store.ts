import { createHash } from 'node:crypto';
import { SpillwayError } from '../../protocol/errors.ts';
import type { Clock } from '../../protocol/time.ts';
import type { EventStore } from '../../runtime/event-store/event-store.ts';

/** An event store that forgets; its bodies lie open. */
export function memoryEventStore(
  maxBytes: number | null = null,
  clock: Clock = Date.now,
): EventStore & { bodies: Map<string, Uint8Array> } {
  const bodies = new Map<string, Uint8Array>();
  const times = new Map<string, number>();
  const digestOf = (body: Uint8Array) => `sha256:${createHash('sha256').update(body).digest('hex')}`;
  const used = () => [...bodies.values()].reduce((sum, body) => sum + body.length, 0);
  return {
    bodies,
    async put(name, body) {
      const known = bodies.get(name);
      const digest = digestOf(body);
      if (known && digestOf(known) !== digest) throw new SpillwayError('EVENT_BODY_CONFLICT', name);
      if (!known && maxBytes !== null && used() + body.length > maxBytes)
        throw new SpillwayError('EVENT_STORE_FULL', name);
      if (!known) {
        bodies.set(name, body.slice());
        times.set(name, clock());
      }
      return { name, bytes: body.length, digest };
    },
    async get({ name, digest }, into) {
      const body = bodies.get(name);
      if (!body) throw new SpillwayError('EVENT_BODY_GONE', name);
      if (digestOf(body) !== digest) throw new SpillwayError('EVENT_BODY_DAMAGED', name);
      if (!into) return body.slice();
      into.set(body);
      return into.subarray(0, body.length);
    },
    async remove(names) {
      for (const name of names) bodies.delete(name);
    },
    usage: async () => ({ bytes: used(), maxBytes }),
    list: async () =>
      [...bodies]
        .map(([name, body]) => ({ name, bytes: body.length, storedAt: times.get(name) ?? 0 }))
        .toSorted((one, other) => one.storedAt - other.storedAt),
    sweep: async () => 0,
  };
}

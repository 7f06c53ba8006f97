import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Readings } from '../../protocol/messages/readings.ts';
import { packRecord, spillRecord } from '../../protocol/messages/spill-record.ts';
import { packable } from '../../protocol/packable.ts';
import { InOut } from '../../protocol/subjects.ts';
import { EventTime } from '../../protocol/time.ts';
import type { Delivered, Step } from '../../runtime/actor.ts';
import { blockTime, chronologically } from './block-time.ts';
import type { SpillPackerConfig } from './config.ts';

/** Callbacks remembered to know a repeated one: beyond JetStream's own duplicate window, so hours at beam pace. */
const REMEMBERED = 1024;

const SPILL_COUNT_LIMIT = 2 ** 32;

export const PackerState = z.strictObject({
  /** Count of the latest in-spill callback; 0 before the first. One 32-bit word in the header block. */
  spillCount: z
    .int()
    .min(0)
    .max(SPILL_COUNT_LIMIT - 1),
  /** Trigger time of the latest in-spill callback, by trigger time. */
  latest: EventTime.nullable(),
  /** Digests of the latest callbacks, oldest first. */
  seen: z.array(z.string()),
});
export type PackerState = z.infer<typeof PackerState>;

export const initialPackerState: PackerState = { spillCount: 0, latest: null, seen: [] };

/**
 * One callback to one record.
 *
 * - In-spill readings take the next spill count: it counts callbacks, not proven spills (requirements revision 1.10).
 * - Out-of-spill readings reuse the count of the latest callback (the same), 0 before the first.
 * - A callback told again makes nothing; a late one is packed like any other, and said to be late.
 * - A device that the block cannot carry is left out and named in the reason; its values are in the store.
 */
export function pack(
  config: SpillPackerConfig,
  state: PackerState,
  message: Delivered<Readings>,
): Step<PackerState> {
  const readings = message.body;
  const digest = createHash('sha256').update(message.identity).digest('base64url').slice(0, 16);
  if (state.seen.includes(digest)) return { state, outputs: [], reason: 'a callback told again' };

  const inSpill = readings.inOut === InOut.in;
  const late = inSpill && state.latest !== null && chronologically(readings.time, state.latest) < 0;
  const next: PackerState = {
    spillCount: inSpill ? (state.spillCount + 1) % SPILL_COUNT_LIMIT : state.spillCount,
    latest: inSpill && !late ? readings.time : state.latest,
    seen: [...state.seen.slice(1 - REMEMBERED), digest],
  };
  const { devices, omitted } = packable(readings.devices);
  const { time, reason } = blockTime(config.blockTime, readings, message.hops);
  const record = packRecord(
    {
      simulated: config.simulated,
      detector: config.detector,
      time,
      spillCount: next.spillCount,
      inOut: readings.inOut,
      devices,
    },
    { minor: config.minor },
  );
  const reasons = [
    inSpill ? `spill ${next.spillCount}` : `out of spill, after spill ${next.spillCount}`,
    ...(late ? ['late'] : []),
    reason,
    ...omitted.map(({ name, why }) => `without ${name}: ${why}`),
  ];
  return { state: next, outputs: [{ type: spillRecord, body: record }], reason: reasons.join('; ') };
}

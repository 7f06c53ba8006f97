import { z } from 'zod';
import { SpillwayError } from '../../protocol/errors.ts';
import { EventTime } from '../../protocol/time.ts';

/** Seconds may come as i8, or as an int of more than 32 bits: that is how a server tells them after 2038. */
const Int = z.union([z.int(), z.bigint().transform(Number)]);

/** The struct that our method takes; the names are ours (numi.md section 7, item 6). */
const Callback = z.object({
  id: z.string().max(256),
  event: z.string().max(256),
  sequence: z.int().min(1),
  seconds: Int.pipe(EventTime.shape.seconds),
  nanoseconds: EventTime.shape.nanoseconds,
  /** Judged one by one later: a bad one must not cost the others. */
  readings: z.array(z.unknown()),
});

/** One trigger as the front end tells it. */
export interface Callback {
  /** Registration this belongs to, as the front end knows it. */
  readonly id: string;
  readonly event: string;
  /** Counts the triggers of a registration, from 1. */
  readonly sequence: number;
  readonly time: EventTime;
  readonly readings: readonly unknown[];
}

/**
 * The parameters of a call of our method as a callback.
 * @throws SpillwayError CALLBACK_INVALID, naming the member and what it must be.
 */
export function parseCallback(params: readonly unknown[]): Callback {
  if (params.length !== 1)
    throw new SpillwayError('CALLBACK_INVALID', `${params.length} parameters; accepted: one struct`);
  const parsed = Callback.safeParse(params[0]);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SpillwayError('CALLBACK_INVALID', `${issue?.path.join('.') || 'struct'}: ${issue?.message}`);
  }
  const { seconds, nanoseconds, ...callback } = parsed.data;
  return { ...callback, time: { seconds, nanoseconds } };
}

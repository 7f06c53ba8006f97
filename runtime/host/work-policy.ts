import { SpillwayError } from '../../protocol/errors.ts';

/** What becomes of a message that a work lane is given. */
export type Verdict =
  | { readonly do: 'work'; readonly attempt: number }
  | { readonly do: 'give up'; readonly attempts: number; readonly error: SpillwayError };

/**
 * What to do with a delivery. JetStream counts deliveries, which says little: a message that was handed back unfinished, or
 * never arrived, or whose confirmation the server forgot when it was killed, has cost no attempt. So attempts are written
 * down: the first one when it ends, later ones when they begin. Where the first one's instance vanishes, nothing is known of
 * it, and the message has one more.
 * @param spent attempts as written down; undefined where nothing was
 * @param attempts what the lane allows
 */
export function onDelivery(spent: number | undefined, attempts: number): Verdict {
  const before = spent ?? 0;
  if (before < attempts) return { do: 'work', attempt: before + 1 };
  const reason = `${before} attempts ended without a result, the last one with an instance that vanished`;
  return { do: 'give up', attempts: before, error: new SpillwayError('ACTOR_CRASHED', reason) };
}

/**
 * What to do when the work throws. An outage is waited out in place and costs nothing. An error that nobody has classified
 * is none: waited out without end, a few messages that meet a mistake in the code would stop the whole lane.
 */
export function onError(
  error: SpillwayError,
  attempt: number,
  attempts: number,
): 'retry' | 'next' | 'give up' {
  if (error.retry && error.code !== 'UNKNOWN') return 'retry';
  return attempt < attempts ? 'next' : 'give up';
}

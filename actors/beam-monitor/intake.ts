import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import { readings } from '../../protocol/messages/readings.ts';
import { InOut } from '../../protocol/subjects.ts';
import { eventTimeToMs, type Milliseconds } from '../../protocol/time.ts';
import type { ActorContext, Outgoing, Published } from '../../runtime/actor.ts';
import { type Callback, parseCallback } from './callback.ts';
import { nameOf, type Subscription } from './lists.ts';
import { composeReadings, type Seen } from './readings.ts';
import { route } from './route.ts';
import { Sequence } from './sequence.ts';

export interface IntakeOptions {
  readonly subscriptions: readonly Subscription[];
  readonly subscriptionOf: (registration: string) => Subscription | undefined;
  readonly futureToleranceMs: Milliseconds;
  readonly storeTimeoutMs: Milliseconds;
  readonly statusText: (status: number) => string | undefined;
  /** A callback of this subscription came: the front end is alive. */
  readonly onHeard: (subscription: Subscription) => void;
}

/** Registrations whose sequence is followed; an unknown one may be made up by the caller. */
const REGISTRATIONS_FOLLOWED = 64;

/** Takes callbacks in: a callback is accepted only once JetStream has its readings. */
export class Intake {
  readonly figures = { callbacks: 0, accepted: 0, duplicates: 0, notStored: 0, missed: 0 };
  lastCallbackAt: Milliseconds | undefined;
  readonly #context: ActorContext;
  readonly #options: IntakeOptions;
  readonly #seen = new Map<Subscription, Seen>();
  readonly #sequences = new Map<string, Sequence>();

  constructor(context: ActorContext, options: IntakeOptions) {
    this.#context = context;
    this.#options = options;
  }

  /**
   * Resolves once the readings are stored.
   * @throws SpillwayError CALLBACK_INVALID, DEVICE_UNREQUESTED (none of its devices was asked for), or NOT_STORED.
   */
  async take(params: readonly unknown[], receivedAt: Milliseconds): Promise<void> {
    const { futureToleranceMs, statusText, subscriptions, subscriptionOf } = this.#options;
    this.figures.callbacks++;
    const callback = parseCallback(params);
    const found = route(callback, subscriptions, subscriptionOf);
    if (!found) throw new SpillwayError('DEVICE_UNREQUESTED', unrequested(callback));
    const { subscription, known } = found;
    const { body, seen, matched } = composeReadings(
      subscription,
      callback,
      this.#seen.get(subscription) ?? new Map(),
      { nowMs: this.#context.clock(), futureToleranceMs, statusText },
    );
    // No readings at all is a trigger without devices and kept as such; foreign ones are not ours to keep.
    if (matched === 0 && callback.readings.length > 0)
      throw new SpillwayError('DEVICE_UNREQUESTED', unrequested(callback));
    this.#seen.set(subscription, seen);
    this.lastCallbackAt = receivedAt;
    this.#options.onHeard(subscription);
    if (!known) this.#context.count('unknown_registration', { trigger: subscription.trigger });

    const { duplicate } = await this.#store({
      type: readings,
      body: { ...body, callback: { registration: callback.id, number: callback.sequence } },
      hops: [
        ['triggered', eventTimeToMs(body.time)],
        ['received', receivedAt],
      ],
    });
    const now = this.#context.clock();
    this.#context.observe('callback_stored', now - receivedAt);
    // Out of spill devices are read seconds after their trigger, which is no latency of ours.
    if (body.inOut === InOut.in) this.#context.observe('accepted', now - eventTimeToMs(body.time));
    this.figures.accepted++;
    this.#follow(callback, subscription);
    if (duplicate) {
      this.figures.duplicates++;
      this.#context.count('duplicate', { trigger: subscription.trigger });
      return;
    }
    for (const { code } of body.problems) this.#context.count('device_problem', { code });
  }

  async #store(message: Outgoing): Promise<Published> {
    const { storeTimeoutMs } = this.#options;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(new SpillwayError('NOT_STORED', `not stored within ${storeTimeoutMs} ms`)),
      storeTimeoutMs,
    );
    try {
      return await Promise.race([this.#context.publish(message), late.promise]);
    } catch (cause) {
      this.figures.notStored++;
      const error = asSpillwayError(cause);
      if (error.code === 'NOT_STORED') throw error;
      throw new SpillwayError('NOT_STORED', `${error.code}: ${error.message}`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  #follow({ id, sequence: number }: Callback, subscription: Subscription): void {
    const sequence = this.#sequences.get(id) ?? new Sequence();
    // The registration heard last goes to the end; the one at the front is the one to forget.
    this.#sequences.delete(id);
    this.#sequences.set(id, sequence);
    const [oldest] = this.#sequences.keys();
    if (this.#sequences.size > REGISTRATIONS_FOLLOWED && oldest !== undefined) this.#sequences.delete(oldest);
    const missed = sequence.see(number);
    if (missed === 0) return;
    this.figures.missed += missed;
    this.#context.count('missed', { trigger: subscription.trigger }, missed);
    this.#context.log.warn(
      { missed, registration: id },
      `${nameOf(subscription)}: the front end gave up on ${missed} callback(s)`,
    );
  }
}

const unrequested = ({ event, readings: given }: Callback) =>
  `no subscription to ${event.slice(0, 64)} has any of these ${given.length} devices`;

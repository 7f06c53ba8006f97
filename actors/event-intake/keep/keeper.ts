import { bodyNames } from '../../../protocol/body-names.ts';
import { asSpillwayError } from '../../../protocol/errors.ts';
import { type EventGap, eventGap } from '../../../protocol/messages/event-gap.ts';
import { type RawEvent, rawEvent, type StoredBody } from '../../../protocol/messages/raw-event.ts';
import { type Readings, slowReadings } from '../../../protocol/messages/readings.ts';
import { type RunEnd, runEnd } from '../../../protocol/messages/run-transition.ts';
import { eventTimeToMs } from '../../../protocol/time.ts';
import type { Outgoing } from '../../../runtime/actor.ts';
import type { Intake } from '../run/intake.ts';

/** Names tried for a body when others have the first ones: a run number that was used before leaves bodies behind. */
const MAX_NAMES = 100;

/** Sends on what is to be kept: bodies into the event store, several at once; messages into the streams, in order. */
export class Keeper {
  readonly #intake: Intake;

  constructor(intake: Intake) {
    this.#intake = intake;
  }

  /** A body, then its reference. Resolves when there was room for it, not when it is kept. */
  async keep(event: Omit<RawEvent, 'body'>, bytes: Uint8Array): Promise<void> {
    const { context, pipeline, figures } = this.#intake;
    const receivedAt = context.clock();
    await pipeline.add(
      bytes.byteLength,
      () => this.#store(event, bytes),
      async body => {
        const hops = [['triggered', eventTimeToMs(event.time)] as const, ['received', receivedAt] as const];
        const message = { type: rawEvent, body: { ...event, body }, hops };
        const { duplicate } = await this.#publish(`event ${body.name}`, message);
        if (!duplicate) figures.events++;
        context.observe('event_stored', context.clock() - receivedAt);
      },
    );
  }

  async gap(body: EventGap): Promise<void> {
    const { context, figures, pipeline } = this.#intake;
    await pipeline.add(0, nothing, async () => {
      const { duplicate } = await this.#publish(`a gap of run ${body.run}`, { type: eventGap, body });
      if (duplicate) return;
      context.count('event_gap', { kind: body.kind });
      if (body.kind === 'missing') figures.missing += body.last - body.first + 1;
      context.log.warn(
        { run: body.run, equipment: body.equipment, kind: body.kind, first: body.first, last: body.last },
        body.reason,
      );
    });
  }

  async slow(body: Readings): Promise<void> {
    const { context, figures, pipeline } = this.#intake;
    await pipeline.add(0, nothing, async () => {
      await this.#publish(`slow control of ${body.trigger}`, { type: slowReadings, body });
      figures.slowReadings++;
      for (const { code } of body.problems) context.count('slow_problem', { code });
    });
  }

  async end(body: RunEnd): Promise<void> {
    const { context, pipeline } = this.#intake;
    await pipeline.add(0, nothing, async () => {
      await this.#publish(`end of run ${body.run}`, { type: runEnd, body });
      const { run, ending, rawEvents, bytes, error } = body;
      context.count('run_ended', { ending });
      const fields = { run, ending, rawEvents, bytes, ...(error ? { code: error.code } : {}) };
      if (error) context.log.warn(fields, `run ${run} ends: ${error.message}`);
      else context.log.info(fields, `run ${run} ends`);
    });
  }

  /** Calls back when everything before is kept. */
  async tell(kept: () => void): Promise<void> {
    await this.#intake.pipeline.add(0, nothing, async () => kept());
  }

  async #publish<Body>(what: string, message: Outgoing<Body>) {
    const { context, patience } = this.#intake;
    return patience.keepTrying(what, () => context.publish(message));
  }

  async #store(event: Omit<RawEvent, 'body'>, bytes: Uint8Array): Promise<StoredBody> {
    const { context, patience, signal } = this.#intake;
    for (let copy = event.copy; ; copy++) {
      const name = bodyNames.event({ ...event, copy });
      try {
        return await patience.keepTrying(`body ${name}`, () => context.eventStore.put(name, bytes, signal));
      } catch (thrown) {
        const { code } = asSpillwayError(thrown);
        if (code !== 'EVENT_BODY_CONFLICT' || copy - event.copy >= MAX_NAMES) throw thrown;
        context.count('body_renamed');
      }
    }
  }
}

const nothing = async (): Promise<void> => undefined;

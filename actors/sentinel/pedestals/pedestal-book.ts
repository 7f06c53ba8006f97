import { SpillwayError } from '../../../protocol/errors.ts';
import type { MessageType } from '../../../protocol/message.ts';
import { type Pedestal, pedestal } from '../../../protocol/messages/pedestal.ts';
import type { RawEvent } from '../../../protocol/messages/raw-event.ts';
import { type RunEnd, runEnd } from '../../../protocol/messages/run-transition.ts';
import type { ActorContext, Delivered, StreamId } from '../../../runtime/actor.ts';
import type { Profile } from '../profiles/profile.ts';
import { type MadePedestal, RunLog } from './run-log.ts';

/** Sequences of RUN looked at in one go. */
const STRETCH = 2_000;
/** Runs whose pedestals are remembered to be settled. */
const REMEMBERED = 200;

/** A pedestal for a picture, and what makes it doubtful. */
export interface ChosenPedestal {
  readonly pedestal: MadePedestal;
  readonly warnings: readonly string[];
}

/**
 * Chooses pedestals by what stream RUN tells. For the first event of each run it reads on to the stream's end: whatever had ended
 * before the run is then known, so that every instance chooses the same, however late it came.
 */
export class PedestalBook {
  readonly #context: Pick<ActorContext, 'read'>;
  readonly #settings: Profile['pedestal'];
  #log = new RunLog();
  #stream: StreamId | undefined;
  #through = 0;
  /** Reads one after the other: each begins where the one before it ended. */
  #reading: Promise<void> = Promise.resolve();
  readonly #settled = new Set<string>();

  constructor(context: Pick<ActorContext, 'read'>, settings: Profile['pedestal']) {
    this.#context = context;
    this.#settings = settings;
  }

  /** @throws SpillwayError PEDESTAL_PENDING while a pedestal that the event may need is being made; NATS_AWAY. */
  async settle(event: RawEvent): Promise<void> {
    const run = `${event.site}:${event.detector}:${event.run}`;
    if (this.#settled.has(run)) return;
    const reading = this.#reading.catch(() => undefined).then(() => this.#readOn());
    this.#reading = reading;
    await reading;
    const awaited = this.#log.awaited(event, this.#settings);
    if (awaited !== undefined)
      throw new SpillwayError(
        'PEDESTAL_PENDING',
        `run ${event.run} waits for the pedestal of run ${awaited}`,
      );
    this.#settled.add(run);
    const [oldest] = this.#settled;
    if (this.#settled.size > REMEMBERED && oldest !== undefined) this.#settled.delete(oldest);
  }

  /** For an event that is settled. @throws SpillwayError PEDESTAL_NONE. */
  choose(event: RawEvent, camera: number): ChosenPedestal {
    const choice = this.#log.choose(event, camera, this.#settings);
    if (choice.kind === 'none')
      throw new SpillwayError('PEDESTAL_NONE', `camera ${camera}: ${choice.reason}`);
    return { pedestal: choice.pedestal.made, warnings: choice.warnings };
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const stretch = await this.#context.read<RunEnd | Pedestal>(
        'RUN',
        [runEnd, pedestal] as MessageType<RunEnd | Pedestal>[],
        { after: this.#through, limit: STRETCH },
      );
      if (this.#stream !== undefined && stretch.stream !== this.#stream) {
        // Made anew: what was known is of another stream.
        this.#log = new RunLog();
        this.#through = 0;
        this.#stream = stretch.stream;
        continue;
      }
      this.#stream = stretch.stream;
      for (const message of stretch.messages) this.#take(message);
      const atEnd = stretch.through < this.#through + STRETCH;
      this.#through = Math.max(stretch.through, stretch.first - 1);
      if (atEnd) return;
    }
  }

  #take({ type, body }: Delivered<RunEnd | Pedestal>): void {
    if (type === pedestal.type) this.#log.made(body as Pedestal);
    else this.#log.ended(body as RunEnd);
  }
}

import { type Health, health } from '../../protocol/messages/health.ts';
import { type Reconstruction, reconstruction } from '../../protocol/messages/reconstruction.ts';
import { takeRecord } from '../../protocol/raw-block/raw-block.ts';
import { subjects } from '../../protocol/subjects.ts';
import { type Clock, type EventTime, eventTimeToMs, type Milliseconds } from '../../protocol/time.ts';
import type { Nats } from '../host/nats.ts';

/** An instance that has been silent for this long is gone. */
const SILENT_MS: Milliseconds = 4_000;

const WINDOW_MS: Milliseconds = 5_000;

/** What goes past, for people to look at. It only listens: nothing depends on it. */
export class Watch {
  readonly #clock: Clock;
  readonly #beats = new Map<string, Health>();
  readonly #recent: Milliseconds[] = [];
  #lastRecord: Uint8Array | undefined;
  readonly #recentEvents: Milliseconds[] = [];
  #lastResult: Uint8Array | undefined;

  constructor(nats: Nats, clock: Clock) {
    this.#clock = clock;
    const listen = (subject: string, take: (data: Uint8Array) => void) =>
      nats.connection.subscribe(subject, {
        callback: (error, message) => {
          if (!error) take(message.data);
        },
      });
    listen(subjects.ofStream(nats.experiment, 'HEALTH'), data => {
      const beat = health.decode(data);
      this.#beats.set(`${beat.actor} ${beat.instance}`, beat);
    });
    listen(subjects.spillRecord(nats.experiment, 'in'), data => {
      this.#recent.push(clock());
      this.#lastRecord = data;
    });
    listen(subjects.ofStream(nats.experiment, 'RECO'), data => {
      this.#recentEvents.push(clock());
      this.#lastResult = data;
    });
  }

  /** The latest heartbeat of every instance that still beats. */
  get beats(): Health[] {
    const since = this.#clock() - SILENT_MS;
    return [...this.#beats.values()].filter(
      ({ at, state }) => state !== 'stopped' && eventTimeToMs(at) > since,
    );
  }

  /** In-spill records per second over the last seconds. */
  get spillsPerSecond(): number {
    return this.#rateOf(this.#recent);
  }

  /** Reconstructed camera events per second over the last seconds. */
  get eventsPerSecond(): number {
    return this.#rateOf(this.#recentEvents);
  }

  /** The latest camera event that was reconstructed, in whatever order they come. */
  get lastEvent(): Reconstruction | undefined {
    return this.#lastResult && reconstruction.decode(this.#lastResult);
  }

  #rateOf(recent: Milliseconds[]): number {
    const since = this.#clock() - WINDOW_MS;
    while ((recent[0] ?? Number.POSITIVE_INFINITY) < since) recent.shift();
    return recent.length / (WINDOW_MS / 1000);
  }

  get lastSpill(): { readonly spillCount: number; readonly time: EventTime } | undefined {
    const taken = this.#lastRecord && takeRecord(this.#lastRecord);
    return taken?.kind === 'record' ? taken.record : undefined;
  }
}

import { makePedestals } from '../../../actors/pedestal-maker/make-pedestals.ts';
import { SentinelConfig } from '../../../actors/sentinel/config.ts';
import { Sentinel } from '../../../actors/sentinel/sentinel.ts';
import { readGains } from '../../../actors/sentinel/vignetting-file.ts';
import type { Display } from '../../../protocol/messages/display.ts';
import { type Pedestal, pedestal } from '../../../protocol/messages/pedestal.ts';
import { type RawEvent, rawEvent } from '../../../protocol/messages/raw-event.ts';
import { type Reconstruction, reconstruction } from '../../../protocol/messages/reconstruction.ts';
import { type RunEnd, runEnd } from '../../../protocol/messages/run-transition.ts';
import type { Delivered, Task } from '../../../runtime/actor.ts';
import type { EventStore } from '../../../runtime/event-store/event-store.ts';
import { eventBytes, pedestalRunEnd, storedEvent } from '../../helpers/camera-events.ts';
import { type FakeContext, fakeContext } from '../../helpers/fake-context.ts';
import { memoryEventStore } from '../../helpers/memory-event-store.ts';

/** Side of the pictures here, pixels. */
export const SIDE = 64;

/** `lngs-2023` for small pictures with clusters close to each other, and pedestals of two. */
export const SMALL = {
  from: 'lngs-2023',
  name: 'small',
  sensor: { rows: SIDE, columns: SIDE },
  acceptance: { first: 0, end: SIDE },
  clustering: { radius: 2 },
  pedestal: { minEvents: 2 },
};

export const smallConfig = (over: Record<string, unknown> = {}): SentinelConfig =>
  SentinelConfig.parse({ profile: SMALL, workers: 1, displayInterval: 'never', ...over });

/** Counts of 100 and a little noise, the same every time. */
export const darkPicture = (seed: number, side = SIDE): Uint16Array =>
  new Uint16Array(side * side).map((_, at) => 98 + (Math.imul(at + 1, 2_654_435_761 + 2 * seed) >>> 30));

/** The same with spots of light of 12 x 12 pixels. */
export function brightPicture(seed: number, spots = 1): Uint16Array {
  const picture = darkPicture(seed);
  for (let spot = 0; spot < spots; spot++) {
    const corner = 10 + 30 * (spot % 2) + (10 + 30 * Math.floor(spot / 2)) * SIDE;
    for (let at = 0; at < 144; at++) {
      const pixel = corner + (at % 12) + SIDE * Math.floor(at / 12);
      picture[pixel] = (picture[pixel] ?? 0) + 40 + ((seed + at) % 5);
    }
  }
  return picture;
}

/** What stream RUN tells after a pedestal run of three dark pictures. */
export async function pedestalRun(
  store: EventStore,
  cameras = 1,
): Promise<{ end: RunEnd; made: Pedestal[]; events: RawEvent[] }> {
  const events: RawEvent[] = [];
  for (let serial = 0; serial < 3; serial++) {
    const taken = Array.from({ length: cameras }, (_, camera) => darkPicture(1000 + 10 * serial + camera));
    events.push(
      await storedEvent(store, eventBytes(taken), {
        run: 4,
        serial,
        runOf: { pedestal: true, highVoltage: false },
      }),
    );
  }
  const end = pedestalRunEnd(events);
  const made = await makePedestals(end, events, {
    eventStore: store,
    equipment: 'Trigger',
    maxPictures: 200,
    at: { seconds: 1, nanoseconds: 0 },
    signal: new AbortController().signal,
  });
  return { end, made, events };
}

const delivered = <Body>(type: string, body: Body, sequence: number): Delivered<Body> => ({
  type,
  body,
  identity: `${type}:${sequence}`,
  stream: 'RUN@1',
  sequence,
  storedAt: 0,
  subject: 'test',
  hops: [],
});

/** Has `context.read` give these messages of stream RUN; what is pushed later is there from then on. */
export function runStream(context: FakeContext, told: readonly (RunEnd | Pedestal)[] = []) {
  const messages = [...told];
  const reads: number[] = [];
  context.onRead = async (_stream, _types, { after, limit }) => {
    reads.push(after);
    const through = Math.max(after, Math.min(messages.length, after + limit));
    const stretch = messages.slice(after, through).map((body, index) => {
      const type = 'outcome' in body ? pedestal.type : runEnd.type;
      return delivered(type, body, after + index + 1);
    });
    return { stream: 'RUN@1', first: 1, last: messages.length, through, messages: stretch };
  };
  return { messages, reads };
}

export interface RunningSentinel extends AsyncDisposable {
  readonly context: FakeContext;
  readonly sentinel: Sentinel;
  readonly store: ReturnType<typeof memoryEventStore>;
  readonly run: ReturnType<typeof runStream>;
  work(event: RawEvent, over?: Partial<Task<RawEvent>>): Promise<void>;
  results(): Reconstruction[];
  displays(): Display[];
}

/** A sentinel with real threads, and a pedestal of each camera. */
export async function runningSentinel(
  over: Record<string, unknown> = {},
  { cameras = 1 }: { cameras?: number } = {},
): Promise<RunningSentinel> {
  const config = smallConfig(over);
  const store = memoryEventStore();
  const { end, made } = await pedestalRun(store, cameras);
  const context = fakeContext({ eventStore: store });
  const run = runStream(context, [end, ...made]);
  const gains = await readGains(config.profile, config.vignetting);
  const sentinel = new Sentinel(config, context, gains, config.workers ?? 1);
  const bodies = <Body>(kind: string) =>
    context.published.filter(({ type }) => type.type === kind).map(({ body }) => body as Body);
  return {
    context,
    sentinel,
    store,
    run,
    work: (event, task = {}) =>
      sentinel.work({
        message: { ...delivered(rawEvent.type, event, 1), stream: 'EVENT@1' },
        attempt: 1,
        waiting: 0,
        signal: context.signal,
        ...task,
      }),
    results: () => bodies<Reconstruction>(reconstruction.type),
    displays: () => bodies<Display>('display/1'),
    [Symbol.asyncDispose]: async () => {
      context.abort();
      await sentinel[Symbol.asyncDispose]();
    },
  };
}

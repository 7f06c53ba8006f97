import { expect, test } from 'vitest';
import { pedestalMaker } from '../../../actors/pedestal-maker/actor.ts';
import { PedestalMakerConfig } from '../../../actors/pedestal-maker/config.ts';
import type { RawEvent } from '../../../protocol/messages/raw-event.ts';
import { type RunEnd, runEnd } from '../../../protocol/messages/run-transition.ts';
import type { ActorContext, Delivered, WorkLane } from '../../../runtime/actor.ts';
import { eventBytes, pedestalRunEnd, storedEvent } from '../../helpers/camera-events.ts';
import { fakeContext } from '../../helpers/fake-context.ts';
import { memoryEventStore } from '../../helpers/memory-event-store.ts';

const deliveredOf = <Body>(body: Body, subject: string): Delivered<Body> => ({
  type: 'any/1',
  body,
  identity: subject,
  stream: 'RUN@1',
  sequence: 1,
  storedAt: 0,
  subject,
  hops: [],
});

/** The actor with a run of so many pictures in its streams. */
async function makerOf(pictures: number) {
  const store = memoryEventStore();
  const events: RawEvent[] = [];
  for (let serial = 0; serial < pictures; serial++) {
    const bytes = eventBytes([new Uint16Array(16).fill(100 + serial)]);
    events.push(await storedEvent(store, bytes, { run: 4, serial }));
  }
  const asked: string[] = [];
  const context = fakeContext({
    eventStore: store,
    latest: (async (_type: unknown, subject: string) => {
      asked.push(subject);
      return events.map(body => deliveredOf(body, subject));
    }) as ActorContext['latest'],
  });
  const actor = await pedestalMaker.start(PedestalMakerConfig.parse({}), context);
  const [lane] = actor.lanes as unknown as WorkLane<RunEnd>[];
  const work = (body: RunEnd, attempt = 1) =>
    lane?.work({
      message: deliveredOf(body, runEnd.subject('test', body)),
      attempt,
      waiting: 0,
      signal: context.signal,
    });
  return { context, lane, work, asked, end: pedestalRunEnd(events) };
}

test('takes ends of runs one at a time, and asks for the events of that run', async () => {
  const { context, lane, work, asked, end } = await makerOf(2);
  expect(lane).toMatchObject({ stream: 'RUN', subject: 'test.run.end.>', concurrency: 1 });
  await work(end);
  expect(asked).toEqual(['test.event.raw.lime.*.4.*']);
  expect(context.published.map(({ type, body }) => type.subject('test', body))).toEqual([
    'test.run.pedestal.lime.4.0',
  ]);
  expect(context.counts.get('pedestals{outcome=made}')).toBe(1);
});

test('the end of a data run makes nothing', async () => {
  const { context, work, asked, end } = await makerOf(2);
  await work({ ...end, pedestal: false });
  expect([asked, context.published]).toEqual([[], []]);
});

test('done again after a crash it publishes the same message, which JetStream has already', async () => {
  const { context, work, end } = await makerOf(3);
  await work(end);
  const [first] = context.published.map(({ body }) => body);
  await work(end, 2);
  expect(context.published).toEqual([expect.objectContaining({ body: first })]);
});

test('a run that has killed the actor three times is refused, so that no event waits for it for ever', async () => {
  const { context, work, end } = await makerOf(2);
  await work(end, 4);
  expect(context.published.map(({ body }) => body)).toMatchObject([
    { camera: 0, outcome: { kind: 'refused', code: 'ACTOR_CRASHED' } },
  ]);
});

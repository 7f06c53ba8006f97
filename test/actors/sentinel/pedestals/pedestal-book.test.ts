import { expect, test } from 'vitest';
import { PedestalBook } from '../../../../actors/sentinel/pedestals/pedestal-book.ts';
import { pedestalRunEnd, rawEventOf } from '../../../helpers/camera-events.ts';
import { fakeContext } from '../../../helpers/fake-context.ts';
import { memoryEventStore } from '../../../helpers/memory-event-store.ts';
import { pedestalRun, runStream } from '../running.ts';

const settings = { minEvents: 2, withinRuns: 2000, warnDays: 10 };
const event = rawEventOf(new Uint8Array());

async function book() {
  const context = fakeContext();
  const run = runStream(context);
  const { end, made } = await pedestalRun(memoryEventStore());
  return { context, run, end, made, book: new PedestalBook(context, settings) };
}

test('while the pedestal is being made the event is to be tried again; then the pedestal is taken', async () => {
  const { book: pedestals, run, end, made } = await book();
  run.messages.push(end);
  await expect(pedestals.settle(event)).rejects.toMatchObject({ code: 'PEDESTAL_PENDING', retry: true });
  run.messages.push(...made);
  await pedestals.settle(event);
  expect(pedestals.choose(event, 0)).toEqual({ pedestal: made[0], warnings: [] });
});

test('without any pedestal the event fails for good, and says what was looked for', async () => {
  const { book: pedestals } = await book();
  await pedestals.settle(event);
  expect(() => pedestals.choose(event, 0)).toThrow(
    expect.objectContaining({
      code: 'PEDESTAL_NONE',
      retry: false,
      message:
        'camera 0: no pedestal run of 2 pictures or more at 0.3 s without high voltage in the 2000 runs before 5',
    }),
  );
});

test('the stream is read on for the first event of a run only, and from where the last reading ended', async () => {
  const { book: pedestals, run, end, made } = await book();
  run.messages.push(end, ...made);
  for (let serial = 0; serial < 5; serial++) await pedestals.settle(rawEventOf(new Uint8Array(), { serial }));
  expect(run.reads).toEqual([0]);
  await pedestals.settle(rawEventOf(new Uint8Array(), { run: 6 }));
  expect(run.reads).toEqual([0, 2]);
});

test('events that come together read one after the other, and each to the end of what was there', async () => {
  const { book: pedestals, run, end, made } = await book();
  run.messages.push(end, ...made);
  await Promise.all([6, 7, 8].map(number => pedestals.settle(rawEventOf(new Uint8Array(), { run: number }))));
  expect(run.reads).toEqual([0, 2, 2]);
});

test('a stream of thousands of runs is read to its end', async () => {
  const { book: pedestals, run, end, made } = await book();
  const old = Array.from({ length: 4_500 }, () => pedestalRunEnd([], { pedestal: false }));
  run.messages.push(...old, end, ...made);
  await pedestals.settle(event);
  expect(pedestals.choose(event, 0).pedestal.run).toBe(4);
});

test('a reading that failed is done again with the next event', async () => {
  const { book: pedestals, context, run, end, made } = await book();
  run.messages.push(end, ...made);
  const { onRead } = context;
  context.onRead = async () => {
    throw new Error('away');
  };
  await expect(pedestals.settle(event)).rejects.toThrow('away');
  context.onRead = onRead;
  await pedestals.settle(event);
  expect(pedestals.choose(event, 0).pedestal.run).toBe(4);
});

test('of a stream that was made anew nothing is known any more', async () => {
  const { book: pedestals, context, run, end, made } = await book();
  run.messages.push(end, ...made);
  await pedestals.settle(event);
  context.onRead = async (_stream, _types, { after }) => ({
    stream: 'RUN@2',
    first: 1,
    last: after,
    through: after,
    messages: [],
  });
  const next = rawEventOf(new Uint8Array(), { run: 6 });
  await pedestals.settle(next);
  expect(() => pedestals.choose(next, 0)).toThrow('no pedestal run');
});

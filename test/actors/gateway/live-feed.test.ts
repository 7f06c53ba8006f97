import * as fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { AlarmFeed } from '../../../actors/gateway/live/alarm-feed.ts';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { alarmRulesApplied } from '../../../protocol/messages/alarm-rules.ts';
import type { ActorContext, Delivered, StreamId, Stretch } from '../../../runtime/actor.ts';
import { alarm } from './harness.ts';

const NAMES = ['beam/a', 'beam/b', 'beam/c'];

/** ALARM as JetStream has it: what is stored, and what a watch and a reader get to see of it. */
class FakeStream {
  id: StreamId = 'ALARM@1';
  first = 1;
  messages: Delivered<unknown>[] = [];

  get last(): number {
    return this.messages.length;
  }

  store(body: unknown, type = alarmChange.type): Delivered<unknown> {
    const message = {
      type,
      body,
      identity: '',
      stream: this.id,
      sequence: this.last + 1,
      storedAt: 0,
      subject: type === alarmChange.type ? (body as AlarmChange).alarm : type,
      hops: [],
    };
    this.messages.push(message);
    return message;
  }

  change(name: string): Delivered<unknown> {
    return this.store(alarm(name, { transition: this.last + 1 }));
  }

  lastPerSubject(): Delivered<unknown>[] {
    const kept = this.messages.filter(({ sequence }) => sequence >= this.first);
    return kept.filter(one => kept.findLast(({ subject }) => subject === one.subject) === one);
  }

  read: ActorContext['read'] = async (_stream, _types, { after, limit }) => {
    await new Promise(resolve => setImmediate(resolve));
    const through = Math.max(after, Math.min(this.last, after + limit));
    const messages = this.messages.filter(
      ({ sequence }) => sequence >= this.first && sequence > after && sequence <= through,
    );
    return { stream: this.id, first: this.first, through, messages } as unknown as Stretch<never>;
  };
}

/** A viewer that takes everything at once, and what it has been told. */
class Onlooker {
  at: number | undefined;
  readonly sequences: number[] = [];
  readonly alarms = new Map<string, number>();
  snapshots = 0;
  readonly #feed: AlarmFeed;

  constructor(feed: AlarmFeed) {
    this.#feed = feed;
  }

  pump(): void {
    if (!this.#feed.ready) return;
    const missed = this.at === undefined ? undefined : this.#feed.after(this.at);
    if (!missed) {
      this.snapshots++;
      this.alarms.clear();
      const { alarms } = JSON.parse(this.#feed.snapshot().toString()) as { alarms: AlarmChange[] };
      for (const one of alarms) this.alarms.set(one.alarm, one.transition);
    }
    for (const { sequence, news } of missed ?? []) {
      const { change } = JSON.parse(news.toString()) as { change: AlarmChange };
      this.sequences.push(sequence);
      this.alarms.set(change.alarm, change.transition);
    }
    this.at = this.#feed.head;
  }
}

function makeFeed(stream: FakeStream, read = stream.read) {
  const lookers = new Set<Onlooker>();
  const context = {
    read,
    signal: new AbortController().signal,
    random: () => 0,
    log: pino({ level: 'silent' }),
  };
  const feed = new AlarmFeed(context, {
    moved: () => lookers.forEach(one => one.pump()),
    anew: () =>
      lookers.forEach(one => {
        one.at = undefined;
        one.pump();
      }),
  });
  const join = async (after?: number, id: string = stream.id) => {
    const looker = new Onlooker(feed);
    const look = after === undefined ? undefined : await feed.reach({ stream: id, sequence: after });
    looker.at = look?.();
    lookers.add(looker);
    looker.pump();
    return looker;
  };
  const watch = () => {
    for (const message of stream.lastPerSubject()) feed.see(message);
    feed.caughtUp();
  };
  return { feed, join, watch };
}

const settled = async (feed: AlarmFeed, head: number) => {
  for (let turn = 0; turn < 1_000 && feed.head !== head; turn++)
    await new Promise(resolve => setImmediate(resolve));
  expect(feed.head).toBe(head);
};

test('whatever the lane leaves out or tells twice, and whenever a page comes, it hears every change once and in order', async () => {
  const act = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('change' as const), name: fc.constantFrom(...NAMES) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('unseen' as const), name: fc.constantFrom(...NAMES) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('again' as const), name: fc.constant('') }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('join' as const), name: fc.constantFrom('0', '3', '9') }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('turn' as const), name: fc.constant('') }) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(act, { maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      async (acts, before) => {
        const stream = new FakeStream();
        for (let n = 0; n < before; n++) stream.change(NAMES[n % NAMES.length] ?? '');
        const { feed, join, watch } = makeFeed(stream);
        watch();
        const joined: Promise<readonly [Onlooker, number]>[] = [];
        for (const { kind, name } of acts) {
          if (kind === 'change') feed.see(stream.change(name));
          // The connection was away: the lane never shows it by itself.
          if (kind === 'unseen') stream.change(name);
          if (kind === 'again') watch();
          if (kind === 'join') {
            const after = Math.min(Number(name), feed.head);
            joined.push(join(after).then(looker => [looker, after] as const));
          }
          if (kind === 'turn') await new Promise(resolve => setImmediate(resolve));
        }
        watch();
        const lookers = await Promise.all(joined);
        await settled(feed, stream.last);
        const now = Object.fromEntries(
          stream.lastPerSubject().map(one => [one.subject, (one.body as AlarmChange).transition]),
        );
        for (const [looker, after] of lookers) {
          expect(looker.snapshots).toBe(0);
          expect(looker.sequences).toEqual(stream.messages.slice(after).map(({ sequence }) => sequence));
        }
        const late = await join();
        expect(Object.fromEntries(late.alarms)).toEqual(now);
      },
    ),
    { numRuns: 300 },
  );
});

test('a page that has another stream, one from the future, or too little gets everything anew', async () => {
  const stream = new FakeStream();
  for (let n = 0; n < 5_010; n++) stream.change(NAMES[n % 3] ?? '');
  const { join, watch } = makeFeed(stream);
  watch();
  expect((await join(5_010, 'ALARM@0')).snapshots).toBe(1);
  expect((await join(9_000)).snapshots).toBe(1);
  expect((await join(9)).snapshots).toBe(1);
  const near = await join(10);
  expect([near.snapshots, near.sequences.length]).toEqual([0, 5_000]);
  // Part of it has left the stream, and what was read for others is not asked for again.
  stream.first = 200;
  const { join: joinLater, watch: watchLater } = makeFeed(stream);
  watchLater();
  expect((await joinLater(100)).snapshots).toBe(1);
  expect((await joinLater(199)).snapshots).toBe(0);
});

test('an alarm whose rule has gone is told as that to whoever knew it, and to nobody who comes later', async () => {
  const stream = new FakeStream();
  stream.change('beam/a');
  stream.change('beam/b');
  const { feed, join, watch } = makeFeed(stream);
  watch();
  const looker = await join();
  const away = await join(2);
  feed.see(stream.store({ removed: ['beam/a'] }, alarmRulesApplied.type));
  feed.see(stream.store(alarm('beam/a', { transition: 9, to: 'normal', cause: 'removed' })));
  feed.see(stream.change('beam/b'));
  await settled(feed, 5);
  expect([looker.snapshots, looker.sequences]).toEqual([1, [4, 5]]);
  expect([away.snapshots, away.sequences]).toEqual([0, [4, 5]]);
  expect([...(await join()).alarms.keys()]).toEqual(['beam/b']);
  // As after a restart: the last message of every alarm is all there is.
  const { join: joinOther, watch: watchOther } = makeFeed(stream);
  watchOther();
  expect([...(await joinOther()).alarms.keys()]).toEqual(['beam/b']);
});

test('a stream that is made anew begins anew for everybody, also when it was empty at first', async () => {
  const stream = new FakeStream();
  stream.change('beam/a');
  const { feed, join, watch } = makeFeed(stream);
  watch();
  const looker = await join();
  stream.id = 'ALARM@2';
  stream.messages = [];
  watch();
  stream.change('beam/b');
  feed.see(stream.change('beam/c'));
  await settled(feed, 2);
  expect([...looker.alarms.keys()].toSorted()).toEqual(['beam/b', 'beam/c']);
});

test('while the stream cannot be read nothing is told out of order, and nothing is missing afterwards', async () => {
  const stream = new FakeStream();
  stream.change('beam/a');
  let away = true;
  const { feed, join, watch } = makeFeed(stream, (...given) =>
    away ? Promise.reject(new Error('away')) : stream.read(...given),
  );
  watch();
  const looker = await join(1);
  stream.change('beam/b');
  feed.see(stream.change('beam/c'));
  feed.see(stream.change('beam/a'));
  expect(looker.sequences).toEqual([]);
  expect((await join(0)).snapshots).toBe(1);
  away = false;
  await expect.poll(() => looker.sequences, { timeout: 5_000 }).toEqual([2, 3, 4]);
});

test('what has left the stream before it could be told is made good by everything as it is', async () => {
  const stream = new FakeStream();
  stream.change('beam/a');
  const { feed, join, watch } = makeFeed(stream);
  watch();
  const looker = await join(1);
  for (const name of NAMES) stream.change(name);
  stream.first = 4;
  watch();
  await settled(feed, 4);
  expect([looker.snapshots, looker.sequences]).toEqual([1, []]);
  expect(looker.alarms.get('beam/c')).toBe(4);
});

test('a gap costs one look at the stream, however fast the next changes come', async () => {
  const stream = new FakeStream();
  stream.change('beam/a');
  let looks = 0;
  const { feed, join, watch } = makeFeed(stream, async (...given) => {
    looks++;
    const part = await stream.read(...given);
    // Stored, and shown by the lane, after the stream was asked and before it is heard.
    if (stream.last < 200) for (let n = 0; n < 10; n++) feed.see(stream.change('beam/c'));
    return part;
  });
  watch();
  const looker = await join(1);
  stream.change('beam/b');
  feed.see(stream.change('beam/a'));
  await settled(feed, 13);
  expect(looks).toBe(1);
  expect(looker.sequences).toEqual(stream.messages.slice(1).map(({ sequence }) => sequence));
});

test('what the lane makes good by itself while the stream is asked is not told twice', async () => {
  const stream = new FakeStream();
  stream.change('beam/a');
  const { feed, join, watch } = makeFeed(stream, async (...given) => {
    const part = await stream.read(...given);
    for (const message of stream.messages) feed.see(message);
    for (let n = 0; n < 5; n++) feed.see(stream.change('beam/c'));
    return part;
  });
  watch();
  const looker = await join(1);
  stream.change('beam/b');
  feed.see(stream.change('beam/a'));
  await settled(feed, 8);
  feed.see(stream.change('beam/b'));
  expect(looker.sequences).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});

test('what waits for its turn is forgotten with its stream', async () => {
  const stream = new FakeStream();
  stream.change('beam/a');
  const { feed, join, watch } = makeFeed(stream, () => Promise.reject(new Error('away')));
  watch();
  const looker = await join();
  stream.change('beam/a');
  feed.see(stream.change('beam/old'));
  stream.id = 'ALARM@2';
  stream.messages = [];
  for (const name of ['beam/b', 'beam/c']) feed.see(stream.change(name));
  expect(feed.head).toBe(2);
  expect([...looker.alarms.keys()].toSorted()).toEqual(['beam/b', 'beam/c']);
});

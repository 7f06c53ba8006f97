import { expect, test } from 'vitest';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { Past, type PastPage } from '../../../web/alarms/past.ts';
import { alarm } from '../../actors/gateway/harness.ts';

const change = (seconds: number): AlarmChange =>
  alarm('beam/a', { transition: seconds, at: { seconds, nanoseconds: 0 } });
const changes = (...seconds: number[]) => seconds.map(change);
const seconds = (list: readonly AlarmChange[]) => list.map(({ transition }) => transition);

/** Answers with pages of two, of changes 1 to 6. */
function store() {
  const asked: (string | undefined)[] = [];
  const fetch = async (before: string | undefined): Promise<PastPage> => {
    asked.push(before);
    const from = before === undefined ? 6 : Number(before);
    const next = from - 2;
    return { changes: changes(from, from - 1), ...(next > 0 ? { next: String(next) } : {}) };
  };
  return { asked, fetch };
}

test('page by page the past grows downwards, each change once, until there is no more', async () => {
  const { asked, fetch } = store();
  const past = new Past(fetch, () => {});
  const live = changes(8, 7, 6, 5);
  expect(past.with(live)).toBe(live);
  await past.load();
  expect([past.state, seconds(past.with(live))]).toEqual(['some', [8, 7, 6, 5]]);
  await past.load();
  expect(seconds(past.with(live))).toEqual([8, 7, 6, 5, 4, 3]);
  await past.load();
  await past.load();
  expect([past.state, seconds(past.with(live))]).toEqual(['all', [8, 7, 6, 5, 4, 3, 2, 1]]);
  expect(asked).toEqual([undefined, '4', '2']);
});

test('what the page knows from before the oldest that was fetched waits until that is reached', async () => {
  const past = new Past(store().fetch, () => {});
  const sparse = changes(7, 2);
  await past.load();
  expect(seconds(past.with(sparse))).toEqual([7, 6, 5]);
  await past.load();
  await past.load();
  expect(seconds(past.with(sparse))).toEqual([7, 6, 5, 4, 3, 2, 1]);
});

test('a list that has not changed is the same list: it is drawn every second', async () => {
  const past = new Past(store().fetch, () => {});
  await past.load();
  const live = changes(7);
  expect(past.with(live)).toBe(past.with(live));
});

test('a page that is asked for twice is fetched once, and one that failed is asked for again', async () => {
  const { asked, fetch } = store();
  let away = true;
  let told = 0;
  const past = new Past(
    before => (away ? Promise.reject(new Error('the store is away')) : fetch(before)),
    () => told++,
  );
  await past.load();
  expect([past.state, past.problem, told]).toEqual(['failed', 'the store is away', 1]);
  away = false;
  await Promise.all([past.load(), past.load()]);
  expect([past.state, asked]).toEqual(['some', [undefined]]);
});

test('nothing in the store is said to be all there is, beside what the page has seen', async () => {
  const past = new Past(
    async () => ({ changes: [] }),
    () => {},
  );
  await past.load();
  expect([past.state, seconds(past.with(changes(3)))]).toEqual(['all', [3]]);
});

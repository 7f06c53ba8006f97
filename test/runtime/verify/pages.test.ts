import { expect, test } from 'vitest';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import type { Notice, NoticeItem } from '../../../protocol/messages/notice.ts';
import { comparePages } from '../../../runtime/verify/pages.ts';

const item = (alarm: string, transitions: number[], deviceSeconds?: number): NoticeItem =>
  ({
    alarm,
    transitions,
    firing: true,
    ...(deviceSeconds === undefined ? {} : { eventTime: { seconds: deviceSeconds, nanoseconds: 0 } }),
  }) as unknown as NoticeItem;

const notice = (number: number, kind: Notice['kind'], items: NoticeItem[], covered: Notice['covered'] = []) =>
  ({ channel: 'chat', number, kind, items, covered }) as unknown as Notice;

const change = (alarm: string, from: string, to: string) => ({ alarm, from, to }) as unknown as AlarmChange;

test('a page that arrived once is timed from the device, one that never came is missed', () => {
  const result = comparePages(
    [change('a', 'normal', 'unacknowledged'), change('a', 'unacknowledged', 'returned-unacknowledged')],
    [notice(1, 'page', [item('a', [1], 10)]), notice(2, 'update', [item('a', [2], 20)])],
    [{ key: 'chat%3A1', receivedAt: 10_250 }],
  );
  expect(result).toEqual({
    transitions: 2,
    raised: 1,
    notices: 2,
    received: 1,
    missing: ['chat%3A2'],
    doubled: [],
    repeated: 0,
    latencyMs: { p50: 250, p99: 250, max: 250 },
  });
});

test('a transition told in two notices is doubled, also where one only counted it; the same request again is not', () => {
  const result = comparePages(
    [],
    [
      notice(1, 'page', [item('a', [1, 2])]),
      notice(2, 'digest', [item('b', [1])], [{ alarm: 'a', transitions: [2] }]),
    ],
    [
      { key: 'chat%3A1', receivedAt: 1 },
      { key: 'chat%3A1', receivedAt: 2 },
      { key: 'chat%3A2', receivedAt: 3 },
    ],
  );
  expect(result).toMatchObject({ missing: [], doubled: ['a:2'], repeated: 1, received: 2 });
});

import { expect, test } from 'vitest';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { AlarmBook } from '../../../web/alarms/alarm-book.ts';
import { filtered, NO_FILTER } from '../../../web/alarms/filter.ts';
import { alarm } from '../../actors/gateway/harness.ts';

const at = (seconds: number) => ({ seconds, nanoseconds: 0 });

function bookOf(...alarms: AlarmChange[]): AlarmBook {
  const book = new AlarmBook();
  book.take({ type: 'snapshot', position: { stream: 'ALARM@1', sequence: 1 }, alarms });
  return book;
}

const tell = (book: AlarmBook, change: AlarmChange) =>
  book.take({ type: 'alarm', position: { stream: 'ALARM@1', sequence: 2 }, change });

const ids = (list: readonly AlarmChange[]) => list.map(({ alarm }) => alarm);

test('the most severe comes first, then the latest; what has returned counts as it was', () => {
  const book = bookOf(
    alarm('a/minor', { severity: 'MINOR', peak: 'MINOR', at: at(9) }),
    alarm('a/old', { at: at(1) }),
    alarm('a/returned', { severity: 'NO_ALARM', peak: 'MAJOR', to: 'returned-unacknowledged', at: at(5) }),
    alarm('a/invalid', { severity: 'INVALID', peak: 'INVALID', at: at(0) }),
  );
  expect(ids(book.list('active'))).toEqual(['a/invalid', 'a/returned', 'a/old', 'a/minor']);
  expect(book.worst).toBe('INVALID');
});

test('acknowledging takes an alarm from one list to the other, and the worst is that of the rest', () => {
  const book = bookOf(alarm('a/x'), alarm('a/y', { severity: 'MINOR', peak: 'MINOR' }));
  tell(book, alarm('a/x', { transition: 2, from: 'unacknowledged', to: 'acknowledged' }));
  expect([ids(book.list('active')), ids(book.list('acknowledged'))]).toEqual([['a/y'], ['a/x']]);
  expect(book.worst).toBe('MINOR');
});

test('a change told twice or too late is no news, and changes nothing', () => {
  const book = bookOf(alarm('a/x', { transition: 5, to: 'acknowledged' }));
  expect(tell(book, alarm('a/x', { transition: 5 }))).toBe(false);
  expect(tell(book, alarm('a/x', { transition: 4 }))).toBe(false);
  expect(book.get('a/x')?.to).toBe('acknowledged');
});

test('what was seen before the connection broke is still in the history after a new snapshot, once', () => {
  const book = bookOf(alarm('a/x', { at: at(1) }));
  tell(book, alarm('a/x', { transition: 2, at: at(2), to: 'acknowledged' }));
  const last = alarm('a/x', { transition: 3, at: at(3), to: 'normal' });
  book.take({ type: 'snapshot', position: { stream: 'ALARM@1', sequence: 3 }, alarms: [last] });
  expect(book.historyOf('a/x').map(({ transition }) => transition)).toEqual([3, 2, 1]);
  expect(book.count('active')).toBe(0);
});

test('a list is the same one for as long as nothing of it changes', () => {
  const book = bookOf(alarm('a/x'), alarm('a/y', { to: 'shelved' }));
  const [active, shelved] = [book.list('active'), book.list('shelved')];
  tell(book, alarm('a/x', { transition: 2 }));
  expect(book.list('shelved')).toBe(shelved);
  expect(book.list('active')).not.toBe(active);
});

test('the filter looks for every word in id, title, labels and people, within an area and a severity', () => {
  const list = [
    alarm('beam/horn/current', { title: 'Horn current', owner: 'Maria' }),
    alarm('beam/hornet/x', { title: 'Hornet', severity: 'MINOR', peak: 'MINOR' }),
    alarm('flow/gap', { labels: { device: 'E:HPTGT' } }),
  ];
  const found = (over: Partial<typeof NO_FILTER>) => ids(filtered(list, { ...NO_FILTER, ...over }));
  expect(found({ text: 'HORN maria' })).toEqual(['beam/horn/current']);
  expect(found({ text: 'e:hptgt' })).toEqual(['flow/gap']);
  expect(found({ area: 'beam/horn' })).toEqual(['beam/horn/current']);
  expect(found({ severity: 'MINOR' })).toEqual(['beam/hornet/x']);
  expect(found({})).toHaveLength(3);
});

test('an alarm whose rule has gone leaves the lists; what it did stays in the history', () => {
  const book = new AlarmBook();
  const position = { stream: 'ALARM@1', sequence: 1 };
  book.take({ type: 'alarm', position, change: alarm('beam/a') });
  expect(book.count('active')).toBe(1);
  const gone = alarm('beam/a', { transition: 2, from: 'unacknowledged', to: 'normal', cause: 'removed' });
  book.take({ type: 'alarm', position, change: gone });
  expect([book.count('active'), book.get('beam/a'), book.historyOf('beam/a').length]).toEqual([
    0,
    undefined,
    2,
  ]);
});

import { expect, test } from 'vitest';
import { readListPage } from '../../../../runtime/event-store/s3/list-page.ts';

const page = (inner: string) => `<?xml version="1.0"?><ListBucketResult>${inner}</ListBucketResult>`;
const entry = (key: string, size: string, date: string) =>
  `<Contents><Key>${key}</Key><Size>${size}</Size><LastModified>${date}</LastModified></Contents>`;
const DATE = '2026-11-21T00:00:00.000Z';

test('an empty store is an empty list, and an answer that is none is not', () => {
  expect(readListPage(page(''), 'p/')).toEqual({ bodies: [], next: undefined });
  for (const other of ['', '<html></html>', '<ListBucketResult>', '{}', page('').slice(1)])
    expect(readListPage(other, 'p/')).toBeUndefined();
});

test.each([
  ['a key of somebody else', entry('q/a', '1', DATE)],
  ['a size that is no number', entry('p/a', '', DATE)],
  ['a negative size', entry('p/a', '-1', DATE)],
  ['no time', entry('p/a', '1', 'yesterday')],
])("%s makes the answer no list: a body of unknown age is nobody's to remove", (_what, wrong) => {
  expect(readListPage(page(entry('p/b', '1', DATE) + wrong), 'p/')).toBeUndefined();
});

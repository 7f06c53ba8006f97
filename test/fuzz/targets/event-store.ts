import { SpillwayError } from '../../../protocol/errors.ts';
import { digestOf } from '../../../runtime/event-store/digest.ts';
import { objectInfoJson, readObjectInfo } from '../../../runtime/event-store/jetstream/object-info.ts';
import { readListPage } from '../../../runtime/event-store/s3/list-page.ts';
import type { Target } from '../target.ts';
import { mustEqual } from './same.ts';

const NOW = new Date(0);
const object = {
  name: 'lngs/lime/42901/trigger/17',
  nuid: 'bmFtZQ==.abc',
  bytes: 10_616_868,
  chunks: 11,
  digest: digestOf(new Uint8Array(1)),
};

/** What a bucket of NATS says of an object, which any client may have written. */
export const objects: Target = {
  name: 'event-store-object',
  refuses: ['EVENT_STORE_AWAY'],
  words: ['"deleted":true', '"link":{}', '"size":-1', '"chunks":1e999', 'SHA-256=', '"__proto__":', 'null'],
  seeds: () => [Buffer.from(objectInfoJson('bucket', object, 1024, NOW))],
  take(input) {
    const read = readObjectInfo(input);
    if (!read) throw new SpillwayError('EVENT_STORE_AWAY', 'no object');
    mustEqual('object', read, readObjectInfo(Buffer.from(objectInfoJson('bucket', read, 1024, NOW))));
  },
};

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');

const pageOf = ({ bodies, next = '' }: NonNullable<ReturnType<typeof readListPage>>): string =>
  `<?xml version="1.0"?><ListBucketResult><Name>events</Name>${bodies
    .map(
      ({ name, bytes, storedAt }) =>
        `<Contents><Key>p/${escaped(name)}</Key><LastModified>${new Date(storedAt).toISOString()}</LastModified><Size>${bytes}</Size></Contents>`,
    )
    .join('')}<NextContinuationToken>${escaped(next)}</NextContinuationToken></ListBucketResult>`;

/** What an S3 service, or something on the way to it, answers when it is asked what there is. */
export const s3Lists: Target = {
  name: 'event-store-s3-list',
  refuses: ['EVENT_STORE_AWAY'],
  words: [
    '<Contents>',
    '</Contents>',
    '<Key>',
    '<Size>-1</Size>',
    '&amp;',
    '&#x0;',
    '<![CDATA[',
    ']]>',
    '<!DOCTYPE x>',
  ],
  seeds: () => [
    Buffer.from(
      pageOf({
        bodies: [
          { name: 'lngs/lime/1/odb', bytes: 0, storedAt: 0 },
          { name: 'a & b', bytes: 10_616_868, storedAt: 1_800_000_000_000 },
        ],
        next: 'more',
      }),
    ),
  ],
  take(input) {
    const page = readListPage(Buffer.from(input).toString(), 'p/');
    if (!page) throw new SpillwayError('EVENT_STORE_AWAY', 'no list');
    mustEqual('list', page, readListPage(pageOf(page), 'p/'));
  },
};

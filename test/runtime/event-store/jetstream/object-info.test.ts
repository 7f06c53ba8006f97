import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestOf } from '../../../../runtime/event-store/digest.ts';
import {
  nuidOf,
  objectInfoJson,
  objectSubjects,
  readObjectInfo,
} from '../../../../runtime/event-store/jetstream/object-info.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('an object is read back as it was described', () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      fc.nat(),
      fc.uint8Array(),
      (name, chunks, body) => {
        const object = { name, nuid: nuidOf(name, 'x'), bytes: body.length, chunks, digest: digestOf(body) };
        expect(readObjectInfo(bytes(objectInfoJson('b', object, 1, new Date(0))))).toEqual(object);
      },
    ),
  );
});

test('whatever stands in a bucket is an object or none, and breaks nothing', () => {
  expect(readObjectInfo(bytes('{}'))).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array(), found => readObjectInfo(found) === undefined));
  fc.assert(fc.property(fc.json(), found => readObjectInfo(bytes(found)) === undefined));
});

test('a link and a deleted object hold no bytes', () => {
  const object = { name: 'n', nuid: 'x', bytes: 1, chunks: 1, digest: digestOf(bytes('a')) };
  const json = JSON.parse(objectInfoJson('b', object, 1, new Date(0))) as Record<string, unknown>;
  expect(readObjectInfo(bytes(JSON.stringify(json)))).toEqual(object);
  expect(readObjectInfo(bytes(JSON.stringify({ ...json, deleted: true })))).toBeUndefined();
  const link = { ...json, options: { link: { bucket: 'b', name: 'other' } } };
  expect(readObjectInfo(bytes(JSON.stringify(link)))).toBeUndefined();
});

test('no name gets more tokens into a subject than it is given, nor a wildcard', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), name => {
      expect(objectSubjects.meta('b', name)).toMatch(/^\$O\.b\.M\.[A-Za-z0-9_=-]+$/);
      expect(objectSubjects.chunks('b', nuidOf(name, 'r4nd'))).toMatch(/^\$O\.b\.C\.[A-Za-z0-9_=-]+\.r4nd$/);
    }),
  );
});

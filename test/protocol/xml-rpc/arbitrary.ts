import * as fc from 'fast-check';
import {
  WallTime,
  XmlRpcDouble,
  type XmlRpcStruct,
  type XmlRpcValue,
} from '../../../protocol/xml-rpc/xml-rpc.ts';

/** Text that XML can carry: every character but most control characters and U+FFFE, U+FFFF. */
export const xmlText = fc
  .string({ unit: 'binary', maxLength: 20 })
  // oxlint-disable-next-line no-control-regex -- the very characters this is about
  .map(text => text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\r'));

const memberName = fc.oneof(xmlText, fc.constantFrom('__proto__', 'constructor', 'toString', '', '1'));

/** A value with what a reader must get from its document. */
export interface Case {
  readonly value: XmlRpcValue;
  readonly read: XmlRpcValue;
}

const same = <T extends XmlRpcValue>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Case> =>
  arbitrary.map(value => ({ value, read: value }));

const date = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59Z'),
  noInvalidDate: true,
});

const leaf: fc.Arbitrary<Case> = fc.oneof(
  same(fc.integer()),
  same(fc.double()),
  same(fc.boolean()),
  same(xmlText),
  same(fc.constant(null)),
  same(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  same(fc.uint8Array({ maxLength: 20 })),
  fc.double().map(value => ({ value: new XmlRpcDouble(value), read: value })),
  fc.float64Array({ maxLength: 5 }).map(value => ({ value, read: [...value] })),
  fc.int32Array({ maxLength: 5 }).map(value => ({ value, read: [...value] })),
  date.map(value => ({ value, read: WallTime.fromDate(value) as WallTime })),
);

function structOf(members: readonly (readonly [string, XmlRpcValue])[]): XmlRpcStruct {
  const struct = Object.create(null) as Record<string, XmlRpcValue>;
  for (const [name, value] of members) struct[name] = value;
  return struct;
}

/** Every kind of value, in trees. */
export const anyCase: fc.Arbitrary<Case> = fc.letrec<{ tree: Case }>(tie => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 5 }).map(cases => ({
      value: cases.map(({ value }) => value),
      read: cases.map(({ read }) => read),
    })),
    fc
      .uniqueArray(fc.tuple(memberName, tie('tree')), { maxLength: 5, selector: ([name]) => name })
      .map(members => ({
        value: structOf(members.map(([name, { value }]) => [name, value])),
        read: structOf(members.map(([name, { read }]) => [name, read])),
      })),
  ),
})).tree;

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compare, type Seen, STAGES } from '../../../runtime/verify/compare.ts';

const seen = (key: string, where: string, digest = `digest of ${key}`): Seen => ({
  key,
  digest,
  inOut: 'in',
  where,
});

const stage = (name: string, keys: readonly string[]) =>
  keys.map((key, index) => seen(key, `${name} ${index}`));

const chain = (keys: readonly string[]) => Object.fromEntries(STAGES.map(name => [name, stage(name, keys)]));

test('what is at every stage once and alike is no finding', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string()), keys => {
      const { findings, spills } = compare(chain(keys));
      expect(findings).toEqual([]);
      expect(Object.values(spills)).toEqual(STAGES.map(() => keys.length));
    }),
  );
});

test('a record that vanishes is told at the stage where it vanished, with where it was last', () => {
  const { findings } = compare({ ...chain(['a', 'b']), packed: stage('packed', ['a']) });
  expect(findings).toEqual([
    { kind: 'lost', stage: 'packed', key: 'b', lastSeen: 'accepted: accepted 1' },
    { kind: 'duplicated', stage: 'filed', key: 'b', where: ['filed 1'], expected: 0 },
    { kind: 'duplicated', stage: 'stored', key: 'b', where: ['stored 1'], expected: 0 },
  ]);
});

test('what is wrong with the files is not told of the store, which is fed beside them', () => {
  const lost = compare({ ...chain(['a', 'b']), filed: stage('filed', ['a']) });
  expect(lost.findings).toEqual([{ kind: 'lost', stage: 'filed', key: 'b', lastSeen: 'packed: packed 1' }]);
  const doubled = compare({ ...chain(['a']), filed: stage('filed', ['a', 'a']) });
  expect(doubled.findings).toMatchObject([{ kind: 'duplicated', stage: 'filed' }]);
});

test('a record that a stage has twice is told with both places', () => {
  const { findings, spills } = compare({ ...chain(['a']), filed: stage('filed', ['a', 'a']), stored: [] });
  expect(findings[0]).toEqual({
    kind: 'duplicated',
    stage: 'filed',
    key: 'a',
    where: ['filed 0', 'filed 1'],
    expected: 1,
  });
  expect(findings[1]).toMatchObject({ kind: 'lost', stage: 'stored' });
  expect(spills.filed).toBe(2);
});

test('the same trigger told twice by the front end with the same content is a duplicate at the first stage', () => {
  expect(compare({ accepted: stage('accepted', ['a', 'a']) }).findings).toHaveLength(1);
  expect(compare({ accepted: [seen('a', '1'), seen('a', '2', 'corrected')] }).findings).toEqual([]);
});

test('a value that changed on the way is told', () => {
  const { findings } = compare({
    accepted: [seen('a', 'BEAM 1')],
    packed: [seen('a', 'SPILL 1', 'another digest')],
  });
  expect(findings).toEqual([{ kind: 'different', stage: 'packed', key: 'a', where: 'SPILL 1' }]);
});

test('two contents of one trigger are held against two: the same one twice is not both', () => {
  const { findings } = compare({
    accepted: [seen('a', 'BEAM 1', 'first'), seen('a', 'BEAM 2', 'corrected')],
    packed: [seen('a', 'SPILL 1', 'first'), seen('a', 'SPILL 2', 'first')],
  });
  expect(findings).toEqual([{ kind: 'different', stage: 'packed', key: 'a', where: 'SPILL 2' }]);
});

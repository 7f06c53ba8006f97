import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { bucketUnderTest } from './bucket-under-test.ts';

test('a list that is read while bodies come and go ends, and lacks none that stays', async () => {
  await using stack = await bucketUnderTest();
  const stays = Array.from({ length: 40 }, (_, n) => `stays/x/${n}/odb`);
  for (const name of stays) await stack.store.put(name, randomBytes(10));
  const over = new AbortController();
  const coming = (async () => {
    for (let n = 0; !over.signal.aborted; n++) {
      await stack.store.put(`goes/x/${n}/odb`, randomBytes(10));
      await stack.store.remove([`goes/x/${n}/odb`]);
    }
  })();
  for (let look = 0; look < 30; look++) {
    const names = (await stack.store.list()).map(({ name }) => name);
    expect(names.filter(name => name.startsWith('stays/'))).toEqual(stays);
    expect(names.length - stays.length).toBeLessThanOrEqual(1);
  }
  over.abort();
  await coming;
});

test('thousands of bodies are all in the list', async () => {
  await using stack = await bucketUnderTest();
  const names = Array.from({ length: 2_500 }, (_, n) => `lngs/lime/1/trigger/${n}`);
  const body = randomBytes(1);
  for (let first = 0; first < names.length; first += 100)
    await Promise.all(names.slice(first, first + 100).map(name => stack.store.put(name, body)));
  const listed = await stack.store.list();
  expect(new Set(listed.map(({ name }) => name))).toEqual(new Set(names));
  expect(listed).toHaveLength(names.length);
});

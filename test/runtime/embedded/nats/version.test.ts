import { expect, test } from 'vitest';
import { atLeast, natsVersionOf, parseNatsVersion } from '../../../../runtime/embedded/nats/version.ts';

test('versions are compared by number, not by text', () => {
  expect(atLeast('2.10.0', '2.9.99')).toBe(true);
  expect(atLeast('2.9.10', '2.10.0')).toBe(false);
  expect(atLeast('3.0.0', '2.10.0')).toBe(true);
  expect(atLeast('2.10.0', '2.10.0')).toBe(true);
});

test('the version is read from what the server prints', () => {
  expect(parseNatsVersion('nats-server: v2.15.1\n')).toBe('2.15.1');
  expect(parseNatsVersion('nats-server: v2.12.2-RC.1')).toBe('2.12.2');
  expect(parseNatsVersion('something else')).toBeUndefined();
});

test('a program that does not run here has no version', async () => {
  expect(await natsVersionOf('/does/not/exist')).toBeUndefined();
});

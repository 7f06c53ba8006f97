import { expect, test } from 'vitest';
import { ChannelConfig, canEdit } from '../../../../actors/alarm-dispatcher/channels/config.ts';
import { configured, secretOf } from './services.ts';

const problems = (section: object): string[] =>
  (ChannelConfig.safeParse(section).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

const URL_OF_A_WEBHOOK = 'https://discord.com/api/webhooks/123456789012345678/canary-of-a-token';

test('a section needs its address and nothing else', () => {
  const webhook = secretOf('TEST_CONFIG', URL_OF_A_WEBHOOK);
  expect(configured({ kind: 'discord', webhook })).toMatchObject({
    webhook: URL_OF_A_WEBHOOK,
    perMinute: 25,
    timeout: 10_000,
    threads: false,
  });
  expect(canEdit(configured({ kind: 'discord', webhook }))).toBe(true);
  expect(canEdit(configured({ kind: 'slack', url: webhook }))).toBe(false);
});

test.each([
  [{ kind: 'discord' }, /give either webhook or bot/],
  [{ kind: 'discord', webhook: { env: 'TEST_NOT_SET' } }, /TEST_NOT_SET is missing or empty/],
  [{ kind: 'pager' }, /kind/],
  [{ kind: 'webhook', url: 'https://example.org/' }, /url/],
  [{ kind: 'email', host: 'mail', from: 'a@b.example', to: [] }, /to/],
  [{ kind: 'email', host: 'mail', from: 'a@b.example', to: ['c@d.example'], user: 'x' }, /user and password/],
])('%j is refused with its place', (section, message) => {
  expect(problems(section).join('\n')).toMatch(message);
});

test.each([
  'ftp://example.org/hook',
  'not an address',
  'file:///etc/passwd',
  'https://user:canary@example.org/hook',
])('an address such as %s is refused without being told', address => {
  const url = secretOf('TEST_CONFIG_BAD', address);
  const told = problems({ kind: 'webhook', url }).join('\n');
  expect(told).toContain('http or https');
  expect(told).not.toContain(address);
});

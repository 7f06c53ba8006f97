import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { messageOf, plainestOf } from '../../../../../actors/alarm-dispatcher/channels/discord/message.ts';
import { accept } from '../../../../../fixtures/discord/refusal.ts';
import { CreateMessage } from '../../../../../fixtures/discord/schemas.ts';
import { aNotice, anItem, notices } from '../notices.ts';

const ROLE = '123456789012345678';
const options = { mention: [ROLE], link: 'https://shift.example/' };

test('whatever a notice holds, Discord accepts the message that is made of it', () => {
  fc.assert(
    fc.property(notices, fc.boolean(), (notice, repeated) => {
      const message = messageOf(notice, options, repeated);
      expect(() => accept(CreateMessage, message)).not.toThrow();
      expect(() => accept(CreateMessage, plainestOf(message, notice))).not.toThrow();
    }),
    { numRuns: 300 },
  );
});

test('fifty full alarms are ten embeds, and the other forty are counted', () => {
  const long = 'x'.repeat(5000);
  const items = Array.from({ length: 50 }, (_, index) =>
    anItem({ alarm: `beam/device-${index}`, title: long, text: long, note: long, guidance: long }),
  );
  const message = messageOf(aNotice({ items, more: 7 }), options, false);
  accept(CreateMessage, message);
  expect(message.embeds).toHaveLength(10);
  expect(message.content).toContain('and 47 more');
  expect(message.embeds[9]?.footer?.text).toMatch(/^beam\/device-9 #7 · shift:12:/);
});

test('a page of severity MAJOR calls the role that is configured, and nobody else whatever the text says', () => {
  const title = '@everyone <@999999999999999999> <@&888888888888888888>';
  const message = messageOf(aNotice({ title }), options, false);
  expect(message.allowed_mentions).toEqual({ parse: [], roles: [ROLE] });
  expect(message.content.match(/<@/g)).toHaveLength(3);
  expect(message.content).toMatch(/^<@&123456789012345678> @\u200Beveryone \\<@\u200B9/);
});

test.each(['update', 'silence'] as const)('a notice of kind %s calls nobody', kind => {
  expect(messageOf(aNotice({ kind }), options, false).allowed_mentions).toEqual({ parse: [], roles: [] });
});

test('what is MINOR makes no sound; what nobody has acknowledged does', () => {
  const items = [anItem({ severity: 'MINOR' })];
  expect(messageOf(aNotice({ items }), options, false).flags).toBe(4096);
  expect(messageOf(aNotice({ items, kind: 'escalation' }), options, false).flags).toBeUndefined();
  expect(messageOf(aNotice(), options, false).flags).toBeUndefined();
});

test('an alarm that has returned is grey and says so', () => {
  const items = [anItem({ firing: false, state: 'returned-unacknowledged' })];
  const [embed] = messageOf(aNotice({ items }), options, false).embeds;
  expect(embed).toMatchObject({ title: 'RETURNED · Horn current outside its window', color: 0x8a8f98 });
});

test('links lead to the shift page, and nowhere that is not the web', () => {
  const described = (link: string) =>
    messageOf(aNotice({ items: [anItem({ link })] }), options, false).embeds[0];
  expect(described('/alarms/a_(b)')?.description).toContain('[Open](https://shift.example/alarms/a_%28b%29)');
  expect(described('javascript:alert(1)')?.description).not.toContain('Open');
  expect(described('https://user:pass@shift.example/')?.description).not.toContain('Open');
});

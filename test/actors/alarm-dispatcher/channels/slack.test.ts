import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openChannel } from '../../../../actors/alarm-dispatcher/channels/open.ts';
import { slackMessageOf } from '../../../../actors/alarm-dispatcher/channels/slack.ts';
import { answering, httpServer } from './http-server.ts';
import { aNotice, anItem, notices } from './notices.ts';
import { configured, secretOf, services } from './services.ts';

const never = new AbortController().signal;

interface SlackMessage {
  readonly text: string;
  readonly attachments: readonly { readonly color: string; readonly title: string; readonly text: string }[];
}
const made = (...args: Parameters<typeof slackMessageOf>): SlackMessage =>
  slackMessageOf(...args) as SlackMessage;

test('a webhook of Slack gets the text and one attachment per alarm', async () => {
  await using server = await httpServer();
  const url = secretOf('TEST_SLACK', `${server.url}/services/T0/B0/canary`);
  const config = configured({ kind: 'slack', url, link: 'https://shift.example/', channel: '#shift' });
  await using channel = openChannel('slack', config, services());
  await expect(channel.send(aNotice(), false, never)).resolves.toEqual({
    doubtful: false,
    detail: 'HTTP 200',
  });
  expect(JSON.parse(server.received[0]?.body ?? '')).toMatchObject({
    text: 'Horn current outside its window\n<https://shift.example/alarms|All alarms>',
    channel: '#shift',
    username: 'Spillway',
    attachments: [
      { color: '#d32f2f', title: 'MAJOR · Horn current outside its window', footer: 'beam/horn/current' },
    ],
  });
  // What Slack answers for a hook that is no more.
  server.answers.push(answering(404, 'no_service'));
  await expect(channel.send(aNotice({ number: 13 }), false, never)).rejects.toMatchObject({
    code: 'CHANNEL_REFUSED',
  });
});

test('no text calls anybody, makes a link, or is laid out', () => {
  fc.assert(
    fc.property(notices, notice => {
      const { text, attachments } = made({ ...notice, link: '' }, undefined, false);
      for (const each of [text, ...attachments.flatMap(({ title, text: body }) => [title, body])]) {
        expect(each).not.toMatch(/<|>|@(?!\u200B)|:\/\/|\*(?!\u200B)|`(?!\u200B)|\[(?!\u200B)/);
      }
    }),
    { numRuns: 100 },
  );
});

test('fifty alarms are ten attachments, and the others are counted', () => {
  const items = Array.from({ length: 50 }, (_, index) => anItem({ alarm: `beam/device-${index}` }));
  const { text, attachments } = made(aNotice({ items, more: 3 }), undefined, true);
  expect(attachments).toHaveLength(10);
  expect(text).toBe('Horn current outside its window (perhaps told twice)\nand 43 more');
});

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import * as fc from 'fast-check';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, test } from 'vitest';
import { mailOf } from '../../../../actors/alarm-dispatcher/channels/email/mail.ts';
import { openChannel } from '../../../../actors/alarm-dispatcher/channels/open.ts';
import { aNotice, anItem, notices } from './notices.ts';
import { configured, secretOf, services } from './services.ts';

const never = new AbortController().signal;
const PASSWORD = 'canary-of-a-mailbox';

interface Received {
  readonly to: readonly string[];
  readonly text: string;
}

/** A mail server by the author of the library; `after`: what it answers to the text of a mail. */
async function mailServer(
  options: SMTPServerOptions = {},
  after: () => Error | null | undefined = () => null,
) {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    ...options,
    onData(stream, session, callback) {
      let text = '';
      stream.setEncoding('utf8').on('data', chunk => (text += String(chunk)));
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), text });
        const error = after();
        if (error !== undefined) callback(error);
      });
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    [Symbol.asyncDispose]: () => new Promise<void>(resolve => server.close(resolve)),
  };
}

const section = (port: number, more: object = {}) =>
  configured({
    kind: 'email',
    host: '127.0.0.1',
    port,
    security: 'none',
    from: 'spillway@fnal.example',
    to: ['shift@fnal.example', 'expert@fnal.example'],
    perMinute: 600,
    timeout: '2s',
    ...more,
  });

const header = (text: string, name: string): string =>
  new RegExp(`^${name}: (.*(?:\r\n[ \t].*)*)`, 'im').exec(text.split('\r\n\r\n')[0] ?? '')?.[1]?.trim() ?? '';

test('an incident is one conversation: every mail refers to it, and each try of a mail has the same id', async () => {
  await using server = await mailServer();
  await using channel = openChannel('mail', section(server.port), services());
  await channel.send(aNotice(), false, never);
  await channel.send(aNotice(), true, never);
  await channel.send(aNotice({ number: 13, kind: 'repeat' }), false, never);
  const [first = '', again = '', later = ''] = server.received.map(({ text }) => text);
  expect(server.received[0]?.to).toEqual(['shift@fnal.example', 'expert@fnal.example']);
  expect(header(first, 'Subject')).toBe('[test] MAJOR: Horn current outside its window');
  expect(header(again, 'Message-ID')).toBe(header(first, 'Message-ID'));
  expect(header(later, 'Message-ID')).not.toBe(header(first, 'Message-ID'));
  expect(header(later, 'References')).toBe(header(first, 'References'));
  expect(header(first, 'Auto-Submitted')).toBe('auto-generated');
});

test('no text makes a header of its own, whatever line breaks it holds', async () => {
  await using server = await mailServer();
  await using channel = openChannel('mail', section(server.port), services());
  const title = 'Horn\r\nBcc: everybody@example.org\r\n\r\n<script>alert(1)</script>';
  await channel.send(aNotice({ title, items: [anItem({ title })] }), false, never);
  const [{ text, to } = { text: '', to: [] }] = server.received;
  expect(to).toHaveLength(2);
  expect(header(text, 'Bcc')).toBe('');
  expect(text.split('text/html')[1]).not.toContain('<script>');
});

test('whatever a notice holds, its mail has one line of subject and no foreign markup', () => {
  fc.assert(
    fc.property(notices, notice => {
      const mail = mailOf(notice, { experiment: 'test', domain: 'fnal.example', base: undefined }, false);
      expect(mail.subject).not.toMatch(/[\r\n]/);
      expect(mail.subject.length).toBeLessThanOrEqual(150);
      const tags = [...mail.html.matchAll(/<\/?([a-z0-9!]+)/g)].map(([, tag]) => tag);
      expect(tags.filter(tag => !/^(!doctype|html|body|h3|p|table|tr|th|td|a)$/.test(tag ?? ''))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test.each([
  [550, 'CHANNEL_REFUSED'],
  [451, 'CHANNEL_AWAY'],
])('a server that answers %i to the mail: %s, without a doubt', async (responseCode, code) => {
  await using server = await mailServer({}, () => Object.assign(new Error('not today'), { responseCode }));
  await using channel = openChannel('mail', section(server.port), services());
  await expect(channel.send(aNotice(), false, never)).rejects.toMatchObject({ code, unclear: false });
});

test('a server that takes the mail and does not answer leaves a doubt', async () => {
  await using server = await mailServer({}, () => undefined);
  await using channel = openChannel('mail', section(server.port, { timeout: '300ms' }), services());
  await expect(channel.send(aNotice(), false, never)).rejects.toMatchObject({
    code: 'CHANNEL_AWAY',
    unclear: true,
  });
});

test('a server that is not there leaves none', async () => {
  await using channel = openChannel('mail', section(1), services());
  await expect(channel.send(aNotice(), false, never)).rejects.toMatchObject({
    code: 'CHANNEL_AWAY',
    unclear: false,
  });
});

test('without TLS nothing is sent where TLS is asked for, least of all the password', async () => {
  const tried: string[] = [];
  await using server = await mailServer({
    onAuth(auth, _session, callback) {
      tried.push(String(auth.username));
      callback(null, { user: 'x' });
    },
  });
  const password = secretOf('TEST_MAILBOX', PASSWORD);
  const config = section(server.port, { security: 'starttls', user: 'spillway', password });
  await using channel = openChannel('mail', config, services());
  await expect(channel.send(aNotice(), false, never)).rejects.toMatchObject({ unclear: false });
  expect([...tried, ...server.received]).toEqual([]);
});

test('a password that is not accepted is told without the password, and not tried again at once', async () => {
  let tries = 0;
  await using server = await mailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth(auth, _session, callback) {
      tries++;
      callback(new Error(`wrong: ${auth.password}`));
    },
  });
  const config = section(server.port, { user: 'spillway', password: secretOf('TEST_MAILBOX', PASSWORD) });
  await using channel = openChannel('mail', config, services());
  for (const number of [1, 2]) {
    await expect(channel.send(aNotice({ number }), false, never)).rejects.toMatchObject({
      code: 'CHANNEL_REFUSED',
      message: expect.not.stringContaining(PASSWORD),
    });
  }
  expect(tries).toBe(1);
});

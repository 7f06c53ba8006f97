import { expect, test } from 'vitest';
import { ask } from '../../../runtime/host/ask.ts';
import { publish } from '../../../runtime/host/publish.ts';
import { natsServer } from '../../helpers/nats.ts';
import { countMessages, numberIn, openTestNats } from '../../helpers/streams.ts';
import { until } from '../../helpers/until.ts';

const question = (n: number) => ({ type: numberIn('COMMAND'), body: { n } });
const answerType = numberIn('ALARM');
const subject = answerType.subject('test', { n: 0 });
const never = new AbortController().signal;

test('an answer comes as soon as it is stored', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await using other = await openTestNats(server.url);
  const answered = ask(nats, question(1), [], { type: answerType, subject, timeoutMs: 5_000 }, never);
  await until(async () => (await countMessages(nats, 'COMMAND')) === 1, { what: 'the question' });
  await publish(other, { type: answerType, body: { n: 42 } }, [], { deadlineMs: 5_000 });
  expect(await answered).toEqual({ n: 42 });
});

test('what nobody answers is stored, and asked again it finds the answer that came too late', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const answer = { type: answerType, subject, timeoutMs: 100 };
  await expect(ask(nats, question(1), [], answer, never)).rejects.toMatchObject({ code: 'NOT_ANSWERED' });
  await publish(nats, { type: answerType, body: { n: 42 } }, [], { deadlineMs: 5_000 });
  expect(await ask(nats, question(1), [], answer, never)).toEqual({ n: 42 });
  expect(await countMessages(nats, 'COMMAND')).toBe(1);
});

test('what was heard on the subject and refused by JetStream is no answer', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const answered = ask(nats, question(1), [], { type: answerType, subject, timeoutMs: 600 }, never);
  await until(async () => (await countMessages(nats, 'COMMAND')) === 1, { what: 'the question' });
  const refused = nats.js.publish(subject, answerType.encode({ n: 1 }), { expect: { lastSequence: 7 } });
  await expect(refused).rejects.toThrow(/wrong last sequence/);
  await expect(answered).rejects.toMatchObject({ code: 'NOT_ANSWERED' });
});

test("where a subject is shared, another question's answer is passed by", async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  await publish(nats, { type: answerType, body: { n: 1 } }, [], { deadlineMs: 5_000 });
  const answer = { type: answerType, subject, is: ({ n }: { n: number }) => n === 2, timeoutMs: 5_000 };
  const answered = ask(nats, question(1), [], answer, never);
  await until(async () => (await countMessages(nats, 'COMMAND')) === 1, { what: 'the question' });
  await publish(nats, { type: answerType, body: { n: 2 } }, [], { deadlineMs: 5_000 });
  expect(await answered).toEqual({ n: 2 });
});

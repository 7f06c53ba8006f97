import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { type AlarmChange, alarmChange } from '../../../protocol/messages/alarm-change.ts';
import {
  type AlarmCommand,
  alarmCommand,
  alarmCommandResult,
} from '../../../protocol/messages/alarm-command.ts';
import { eventTimeFromMs } from '../../../protocol/time.ts';
import { type ActorDefinition, fold } from '../../../runtime/actor.ts';
import { natsServer } from '../../helpers/nats.ts';
import { countMessages, openTestNats } from '../../helpers/streams.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { until } from '../../helpers/until.ts';
import { alarm } from './harness.ts';
import { run, runLiveGateway } from './live.ts';

const HORN = 'beam/horn/current';

const State = z.custom<{ readonly transition: number; readonly acknowledged: boolean }>();

/** The least of an engine: one alarm, raised by the first command about it, which can be acknowledged once. */
const engine: ActorDefinition<unknown> = {
  name: 'alarm-engine',
  summary: 'stands in for the alarm engine',
  consumes: ['COMMAND'],
  produces: ['ALARM'],
  config: z.unknown(),
  start: async () => ({
    lanes: [
      fold<AlarmCommand, z.infer<typeof State>>({
        streams: ['COMMAND'],
        types: [alarmCommand],
        output: 'ALARM',
        state: State,
        initial: { transition: 0, acknowledged: false },
        step: (state, { body, storedAt }) => {
          const at = eventTimeFromMs(storedAt);
          const comment = body.kind === 'comment';
          const done = comment || (body.kind === 'acknowledge' && !state.acknowledged);
          const next = done ? { transition: state.transition + 1, acknowledged: !comment } : state;
          const change: AlarmChange = alarm(HORN, {
            at,
            transition: next.transition,
            to: next.acknowledged ? 'acknowledged' : 'unacknowledged',
          });
          const result = {
            command: body.id,
            kind: body.kind,
            done,
            message: done ? 'done' : 'it is acknowledged',
            alarm: HORN,
            transition: next.transition,
            at,
            ...(done ? {} : { code: 'COMMAND_REFUSED' as const }),
          };
          const outputs = [{ type: alarmCommandResult, body: result }];
          return {
            state: next,
            outputs: done ? [{ type: alarmChange, body: change }, ...outputs] : outputs,
            reason: '',
          };
        },
      }),
    ],
    [Symbol.asyncDispose]: async () => {},
  }),
};

test('two gateways on one NATS show the same and let one acknowledgement through; away, the engine is waited for', async () => {
  await using server = await natsServer();
  await using directory = await temporaryDirectory();
  await using one = await runLiveGateway(server, directory.path, 'one');
  await using two = await runLiveGateway(server, directory.path, 'two');

  // Nobody answers yet: the command is kept, and done by the engine that comes later.
  const id = randomUUID();
  const early = await one.call('POST', `/api/v1/alarms/${HORN}/comment`, { id, note: 'first' });
  expect(early).toMatchObject({ status: 202, json: { command: id } });
  await using _engine = await run(server, engine, undefined);
  await until(async () => (await two.call('GET', `/api/v1/commands/${id}`)).status === 200, {
    what: 'the answer to the early command',
  });
  // Asked again under its id, it is answered, and not done again.
  expect(await two.call('POST', `/api/v1/alarms/${HORN}/comment`, { id, note: 'first' })).toMatchObject({
    status: 200,
    json: { alarm: { transition: 1 } },
  });

  const acknowledge = (side: typeof one) => side.call('POST', `/api/v1/alarms/${HORN}/acknowledge`, {});
  const answers = await Promise.all([acknowledge(one), acknowledge(two)]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  await until(
    async () => {
      const shown = await Promise.all([one, two].map(side => side.call('GET', `/api/v1/alarms/${HORN}`)));
      return shown.every(({ json }) => json['to'] === 'acknowledged' && json['transition'] === 2);
    },
    { what: 'both gateways showing it' },
  );
  await until(
    async () => {
      const { json } = await one.call('GET', '/api/v1/health');
      const actors = json['actors'] as { actor: string; alive: boolean }[];
      return actors.filter(({ alive }) => alive).length === 3;
    },
    { what: 'the health of all three' },
  );
});

test('a gateway that stops answers what is under way and leaves its port', async () => {
  await using server = await natsServer();
  await using directory = await temporaryDirectory();
  await using nats = await openTestNats(server.url);
  const running = await runLiveGateway(server, directory.path, 'one');
  const pending = running.call('POST', `/api/v1/alarms/${HORN}/comment`, { note: 'x' });
  await until(async () => (await countMessages(nats, 'COMMAND')) === 1, { what: 'the command' });
  const [answer] = await Promise.all([pending, running[Symbol.asyncDispose]()]);
  expect(answer.status).toBe(202);
  await expect(fetch(`${running.base}/healthz`)).rejects.toThrow('fetch failed');
});

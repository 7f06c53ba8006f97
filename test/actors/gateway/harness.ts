import { join } from 'node:path';
import { gateway } from '../../../actors/gateway/actor.ts';
import { GatewayConfig } from '../../../actors/gateway/config.ts';
import type { MessageType } from '../../../protocol/message.ts';
import type { AlarmChange } from '../../../protocol/messages/alarm-change.ts';
import { type AlarmCommand, alarmCommand } from '../../../protocol/messages/alarm-command.ts';
import type { StreamName } from '../../../protocol/subjects.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import { hashPassword } from '../../../runtime/auth/password.ts';
import { digestOfToken } from '../../../runtime/auth/token.ts';
import { createLogger } from '../../../runtime/log.ts';
import type { StoreOptions } from '../../../runtime/store/connection.ts';
import { type FakeContext, fakeContext } from '../../helpers/fake-context.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { FakeEngine } from './fake-engine.ts';

export const PASSWORD = 'correct horse battery staple';
export const TOKENS = { shifter: 'spw_shifter', expert: 'spw_expert', notifier: 'spw_notifier' } as const;
/** Cheap to check: the cost is not what these tests are about. */
export const HASH = await hashPassword(PASSWORD, { ln: 8, r: 8, p: 1 });

export const alarm = (id: string, over: Partial<AlarmChange> = {}): AlarmChange => ({
  alarm: id,
  transition: 1,
  at: { seconds: 1_800_000_000, nanoseconds: 0 },
  cause: 'input',
  reason: 'the value left its window',
  from: 'normal',
  to: 'unacknowledged',
  severity: 'MAJOR',
  severityBefore: 'NO_ALARM',
  peak: 'MAJOR',
  status: 'HIHI',
  value: -194.2,
  units: 'kA',
  limit: -195,
  mode: 'beam-on',
  rules: 1,
  title: `Something about ${id}`,
  audience: ['shifter'],
  guidance: 'Call the horn expert.',
  dashboard: '',
  labels: { device: 'E:NSLINA' },
  raisedAt: { seconds: 1_800_000_000, nanoseconds: 0 },
  inputs: [],
  ...over,
});

export interface RunningGateway extends AsyncDisposable {
  readonly url: string;
  readonly context: FakeContext;
  readonly engine: FakeEngine;
  readonly log: Record<string, unknown>[];
  /** The lanes have seen everything that was there at the start. */
  catchUp(): void;
  /** What a stream says: the lanes that watch it see it. */
  say<Body>(type: MessageType<Body>, body: Body): void;
  /** A request with a token of this role, or none; JSON both ways. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export interface CallOptions {
  readonly as?: keyof typeof TOKENS | 'nobody';
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

interface HarnessOptions {
  readonly directory?: string;
  readonly caughtUp?: boolean;
  readonly store?: StoreOptions;
}

/** A gateway on a free port, with an engine and a dispatcher that answer at once; the streams are spoken by hand. */
export async function runGateway(
  section: Record<string, unknown> = {},
  { directory, caughtUp = true, store }: HarnessOptions = {},
): Promise<RunningGateway> {
  await using owned = new AsyncDisposableStack();
  const dataDirectory = directory ?? owned.use(await temporaryDirectory()).path;
  const log: Record<string, unknown>[] = [];
  const context = owned.use(fakeContext({ dataDirectory, log: recorder(log), ...(store ? { store } : {}) }));
  const config = GatewayConfig.parse({
    listen: { port: 0 },
    users: [
      { name: 'maria', role: 'shifter', password: HASH },
      { name: 'enrico', role: 'expert', password: HASH },
    ],
    tokens: (['shifter', 'expert', 'notifier'] as const).map(role => ({
      name: `${role}-program`,
      role,
      digest: digestOfToken(TOKENS[role]),
    })),
    limits: { requestsPerSecond: 10_000 },
    answerTimeout: '2s',
    // Putting the real page together takes longer than most of these tests.
    page: { directory: join(dataDirectory, 'no-page') },
    ...section,
  });
  const running = owned.use(await gateway.start(config, context));
  const url = String(log.find(({ msg }) => msg === 'serving')?.['url']);
  const said: Delivered<unknown>[] = [];
  const saidIn = (stream: StreamName) => said.filter(message => message.stream === `${stream}@1`);
  const say: RunningGateway['say'] = (type, body) => {
    const message = {
      type: type.type,
      body: type.decode(type.encode(body)),
      identity: type.identity(body),
      stream: `${type.stream}@1` as const,
      sequence: saidIn(type.stream).length + 1,
      storedAt: Date.now(),
      subject: type.subject('test', body),
      hops: [],
    };
    said.push(message);
    for (const lane of running.lanes)
      if (lane.kind === 'watch' && lane.stream === type.stream) lane.see(message);
  };
  context.onRead = async (stream, _types, { after, limit }) => ({
    stream: `${stream}@1`,
    first: 1,
    last: saidIn(stream).length,
    through: Math.max(after, Math.min(saidIn(stream).length, after + limit)),
    messages: saidIn(stream).slice(after, after + limit),
  });
  const catchUp = () => {
    for (const lane of running.lanes) if (lane.kind === 'watch') lane.caughtUp?.();
  };
  if (caughtUp) catchUp();
  const engine = new FakeEngine(say);
  context.onAsk = async ({ type, body }) => {
    if (type !== alarmCommand) throw new Error(`${type.type} is no command`);
    return engine.answer(body as AlarmCommand);
  };
  const kept = owned.move();
  return {
    url,
    context,
    engine,
    catchUp,
    log,
    say,
    async call(method, path, { as = 'expert', body, headers = {} } = {}) {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(as === 'nobody' ? {} : { authorization: `Bearer ${TOKENS[as]}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, json: parsed(text) };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

const recorder = (lines: Record<string, unknown>[]) =>
  createLogger('info', { write: line => lines.push(JSON.parse(line) as Record<string, unknown>) });

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { text };
  }
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { expect, test } from 'vitest';
import { SpillwayError } from '../../../protocol/errors.ts';
import { processService } from '../../../runtime/supervisor/process-service.ts';
import { isAlive } from '../../../runtime/supervisor/process-table.ts';
import type { RunningService, Service } from '../../../runtime/supervisor/service.ts';
import {
  type SupervisorEvent,
  type SupervisorOptions,
  supervise,
} from '../../../runtime/supervisor/supervisor.ts';
import { until } from '../../helpers/until.ts';

const program = (name: string) => join(import.meta.dirname, 'programs', name);
const pids = (lines: readonly string[]) => lines.map(Number).filter(pid => pid > 0);

/** Supervision of `services` with short back-off; its events are kept. */
async function supervised(
  services: readonly Service[],
  signal = new AbortController().signal,
  order: Pick<SupervisorOptions, 'atOnce' | 'first'> = {},
) {
  const events: SupervisorEvent[] = [];
  const kinds = (service: string) =>
    events.filter(event => event.service === service).map(event => event.kind);
  const supervisor = supervise(services, {
    backOff: { firstMs: 10, maxMs: 80, resetAfterMs: 60_000 },
    clock: Date.now,
    random: () => 1,
    onEvent: event => events.push(event),
    signal,
    ...order,
  });
  return { events, kinds, supervisor };
}

/** A real child process and the lines it wrote. */
function child(name: string, script: string, args: readonly string[] = [], drainMs = 5000) {
  const lines: string[] = [];
  const service = processService({
    name,
    command: process.execPath,
    args: [program(script), ...args],
    drainMs,
    onLine: line => lines.push(line),
  });
  return { service, lines };
}

test('a child killed by SIGKILL comes back, with the reason of its end reported', async () => {
  const { service, lines } = child('serve', 'serve.ts');
  const { events, supervisor } = await supervised([service]);
  await using _running = await supervisor;
  await until(() => lines.length === 1, { what: 'the first pid' });
  process.kill(Number(lines[0]), 'SIGKILL');
  await until(() => lines.length === 2, { what: 'the second pid' });
  expect(lines[1]).not.toBe(lines[0]);
  expect(events.find(event => event.kind === 'exited')).toMatchObject({
    exit: { signal: 'SIGKILL', code: null },
  });
});

test('a child that fails at once is not hammered', async () => {
  const { service } = child('missing', 'no-such-script.ts');
  const { events, supervisor } = await supervised([service]);
  await using _running = await supervisor;
  const delays = () => events.flatMap(event => (event.kind === 'restarting' ? [event.delayMs] : []));
  await until(() => delays().length === 5, { what: 'five restarts' });
  expect(delays()).toEqual([10, 20, 40, 80, 80]);
  expect(events.find(event => event.kind === 'exited')).toMatchObject({
    exit: { code: 1, detail: expect.stringContaining('no-such-script.ts') },
  });
});

test('after stop nothing runs any more, and the last to start was the first to go', async () => {
  const [first, second] = [child('first', 'serve.ts'), child('second', 'serve.ts')];
  const { events, supervisor } = await supervised([first.service, second.service]);
  const running = await supervisor;
  await until(() => first.lines.length + second.lines.length === 2, { what: 'both pids' });
  await running.stop();
  expect(pids([...first.lines, ...second.lines]).filter(isAlive)).toEqual([]);
  expect(events.filter(({ kind }) => kind === 'stopped').map(({ service }) => service)).toEqual([
    'second',
    'first',
  ]);
  expect(first.lines).toContain('told to stop');
});

test('a child that does not mind SIGTERM is killed after the drain deadline', async () => {
  const { service, lines } = child('stubborn', 'serve.ts', ['stubborn'], 2_000);
  const { supervisor } = await supervised([service]);
  const running = await supervisor;
  await until(() => lines.length === 1, { what: 'the pid' });
  await running.stop();
  expect(lines).toContain('told to stop');
  expect(pids(lines).filter(isAlive)).toEqual([]);
});

test.for(['obedient', 'stubborn'])(
  'no child outlives a supervisor that was killed outright (%s)',
  async manner => {
    const supervisor = spawn(process.execPath, [program('supervise-one.ts'), manner], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: supervisor.stdout })[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);
    expect(isAlive(pid)).toBe(true);
    supervisor.kill('SIGKILL');
    await until(() => !isAlive(pid), { what: 'the end of the child' });
  },
);

/** A service without a process. `ends` ends its latest life. */
function pretended(name: string, start: (attempt: number) => Promise<void>) {
  let end = () => {};
  let attempt = 0;
  const service: Service = {
    name,
    async start(): Promise<RunningService> {
      await start(++attempt);
      const exited = Promise.withResolvers<{ code: number; signal: null; detail: string }>();
      end = () => exited.resolve({ code: 0, signal: null, detail: '' });
      return {
        exited: exited.promise,
        stop: async () => end(),
      };
    },
  };
  return { service, ends: () => end() };
}

test('a service starts only when the one before it is ready', async () => {
  const ready = Promise.withResolvers<void>();
  const store = pretended('store', () => ready.promise);
  const reader = pretended('reader', () => Promise.resolve());
  const { kinds, supervisor } = await supervised([store.service, reader.service]);
  expect(kinds('reader')).toEqual([]);
  ready.resolve();
  await using _running = await supervisor;
  expect(kinds('reader')).toEqual(['starting', 'ready']);
});

test('no more services start at once than the machine has cores for, those that people wait for before the others', async () => {
  const begun = ['store', 'reader', 'page', 'simulator'].map(name => ({
    name,
    ...Promise.withResolvers<void>(),
  }));
  const services = begun.map(({ name, promise }): Service => {
    const { service } = pretended(name, () => Promise.resolve());
    return { name, start: async signal => ({ ...(await service.start(signal)), begun: promise }) };
  });
  const { events, supervisor } = await supervised(services, undefined, {
    atOnce: 2,
    first: ['simulator', 'page'],
  });
  const started = () => events.filter(({ kind }) => kind === 'starting').map(({ service }) => service);
  await until(() => events.filter(({ kind }) => kind === 'ready').length === 2, { what: 'two' });
  expect(started()).toEqual(['simulator', 'page']);
  begun.find(({ name }) => name === 'page')?.resolve();
  await until(() => started().length === 3, { what: 'the third' });
  for (const { resolve } of begun) resolve();
  const running = await supervisor;
  expect(started()).toEqual(['simulator', 'page', 'store', 'reader']);
  await running.stop();
  expect(events.filter(({ kind }) => kind === 'stopped').map(({ service }) => service)).toEqual([
    'simulator',
    'page',
    'reader',
    'store',
  ]);
});

test('a first start that no retry can mend ends what has started and says why', async () => {
  const store = pretended('store', () => Promise.resolve());
  const server = pretended('server', () =>
    Promise.reject(new SpillwayError('NATS_SERVER_UNAVAILABLE', 'none')),
  );
  const { kinds, supervisor } = await supervised([store.service, server.service]);
  await expect(supervisor).rejects.toMatchObject({ code: 'NATS_SERVER_UNAVAILABLE' });
  expect(kinds('store')).toEqual(['starting', 'ready', 'stopping', 'stopped']);
});

test('a service that once ran is started again whatever its error', async () => {
  const server = pretended('server', attempt =>
    attempt === 2
      ? Promise.reject(new SpillwayError('NATS_SERVER_UNAVAILABLE', 'port taken'))
      : Promise.resolve(),
  );
  const { kinds, supervisor } = await supervised([server.service]);
  await using _running = await supervisor;
  server.ends();
  await until(() => kinds('server').filter(kind => kind === 'ready').length === 2, {
    what: 'the third start',
  });
  expect(kinds('server')).toContain('failed');
});

test('a start that hangs in back-off can be abandoned', async () => {
  const abandon = new AbortController();
  const server = pretended('server', () => Promise.reject(new Error('not yet')));
  const { kinds, supervisor } = await supervised([server.service], abandon.signal);
  await until(() => kinds('server').includes('restarting'), { what: 'a failed start' });
  abandon.abort(new Error('given up'));
  await expect(supervisor).rejects.toThrow('given up');
});

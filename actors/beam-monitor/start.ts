import type { ActorContext, RunningActor } from '../../runtime/actor.ts';
import { readDeviceList } from '../../runtime/config/device-list.ts';
import { XmlRpcClient } from '../../runtime/xml-rpc/client.ts';
import { readClientTls } from '../../runtime/xml-rpc/tls.ts';
import { type BeamsServer, beamsServer } from './beams-server.ts';
import type { BeamMonitorConfig } from './config.ts';
import { Intake } from './intake.ts';
import { Keeper } from './keeper.ts';
import { openListener } from './listener.ts';
import { dealOut, type Lists, nameOf } from './lists.ts';
import { Poller } from './poller.ts';
import { StatusTexts } from './status-texts.ts';

/** The server gets this long to take our leave; after that its leases end by themselves. */
const LEAVE_MS = 2_000;

export async function start(config: BeamMonitorConfig, context: ActorContext): Promise<RunningActor> {
  const list = await readDeviceList(config.devices);
  const lists = dealOut(list, config);
  await using owned = new AsyncDisposableStack();
  const { credentials, timeout: timeoutMs } = config;
  const tls = config.tls && (await readClientTls(config.tls));
  const client = owned.use(new XmlRpcClient(config.server, { timeoutMs, tls, credentials }));
  const server = beamsServer(client, config.callback.methods);
  context.log.info(
    { devices: list.devices.length, notReadOut: list.notReadOut.length, server: new URL(config.server).host },
    [...lists.subscriptions, ...lists.polled].map(nameOf).join('; '),
  );
  for (const nothing of lists.empty) context.log.warn(`${nothing}: no device in ${config.devices}`);

  const stopping = new AbortController();
  const signal = AbortSignal.any([context.signal, stopping.signal]);
  const statusTexts = new StatusTexts(server, signal);
  const pollers = lists.polled.map(
    polled =>
      new Poller(polled, context, {
        server,
        statusTexts,
        batch: config.polling.batch,
        futureToleranceMs: config.futureTolerance,
        backOff: { firstMs: config.backOff.first, maxMs: config.backOff.max },
      }),
  );
  const callbacks =
    lists.subscriptions.length > 0
      ? owned.use(await takeCallbacks(lists, config, context, server, statusTexts))
      : undefined;
  const running = Promise.all([...(callbacks?.keepers ?? []), ...pollers].map(each => each.run(signal)));
  const failed = Promise.withResolvers<never>();
  running.catch(failed.reject);
  // Whoever waits for it hears of it; where nobody does, it must not end the process.
  failed.promise.catch(() => {});
  owned.defer(async () => {
    stopping.abort();
    await running.catch(() => {});
  });

  const kept = owned.move();
  return {
    lanes: [],
    failed: failed.promise,
    health: () => ({
      ...callbacks?.health(),
      ...(pollers.length > 0 ? total(pollers.map(({ figures }) => figures)) : {}),
    }),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

interface Callbacks extends AsyncDisposable {
  readonly keepers: readonly Keeper[];
  health(): Record<string, number>;
}

/** Everything of callback mode: the listener, and a keeper for each registration. */
async function takeCallbacks(
  { subscriptions }: Lists,
  config: BeamMonitorConfig,
  context: ActorContext,
  server: BeamsServer,
  statusTexts: StatusTexts,
): Promise<Callbacks> {
  const { callback } = config;
  const startedAt = context.clock();
  const keepers: Keeper[] = [];
  const intake = new Intake(context, {
    subscriptions,
    subscriptionOf: id => keepers.find(({ registration }) => registration === id)?.subscription,
    futureToleranceMs: config.futureTolerance,
    storeTimeoutMs: callback.storeTimeout,
    statusText: statusTexts.textOf,
    onHeard: one => keepers.find(({ subscription }) => subscription === one)?.heard(),
  });
  const listener = await openListener(callback, intake, context);
  const url = callback.advertise ?? listener.url;
  context.log.info({ url, method: callback.method, allow: callback.allow }, 'listening for callbacks');
  for (const subscription of subscriptions)
    keepers.push(
      new Keeper(subscription, context, {
        server,
        url,
        method: callback.method,
        policy: {
          renewFraction: callback.renewFraction,
          silentAfterMs: callback.silentAfter,
          backOff: { firstMs: config.backOff.first, maxMs: config.backOff.max },
        },
      }),
    );
  return {
    keepers,
    health: () => ({
      ...intake.figures,
      refused: listener.refused(),
      subscriptions: keepers.length,
      registrations: keepers.filter(({ registered }) => registered).length,
      secondsSinceCallback: Math.round((context.clock() - (intake.lastCallbackAt ?? startedAt)) / 1000),
    }),
    async [Symbol.asyncDispose]() {
      // Leave first, so that the server does not call a closed door; then let calls in progress end.
      const patience = AbortSignal.timeout(LEAVE_MS);
      if (callback.leave) await Promise.all(keepers.map(keeper => keeper.stop(patience)));
      await listener[Symbol.asyncDispose]();
    },
  };
}

const total = (figures: readonly Readonly<Record<string, number>>[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const each of figures)
    for (const [name, value] of Object.entries(each)) sums[name] = (sums[name] ?? 0) + value;
  return sums;
};

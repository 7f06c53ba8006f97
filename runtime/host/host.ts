import type { Logger } from 'pino';
import { asSpillwayError } from '../../protocol/errors.ts';
import { ActorState, type Health } from '../../protocol/messages/health.ts';
import type { Clock, Milliseconds } from '../../protocol/time.ts';
import type { ActorDefinition, Lane } from '../actor.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { StoreOptions } from '../store/connection.ts';
import { backOffMs, pause } from './back-off.ts';
import { runBatchLane } from './batch-lane.ts';
import { checkLanes } from './check-lanes.ts';
import { contextOf } from './context.ts';
import { runFoldLane } from './fold-lane.ts';
import { forbidden } from './forbidden.ts';
import { beat, type Pulse } from './heartbeat.ts';
import { type LaneHost, type LaneProgress, nameOf, newProgress, streamsOf } from './lane.ts';
import { holdLease } from './lease.ts';
import type { Nats } from './nats.ts';
import { Statistics } from './statistics.ts';
import { runWatchLane } from './watch-lane.ts';
import { runWorkLane } from './work-lane.ts';

const RESTART = { firstMs: 200, maxMs: 15_000 };

/** Of a lane that waits for NATS: no longer, or everything stands still for as much behind a cluster that has its leader again. */
const LANE_RESTART = { firstMs: 200, maxMs: 1_000 };

/** An actor that ran this long is well: its next failure starts the back-off anew. */
const WELL_AFTER_MS = 30_000;

/** How much of the drain is kept for handing back what could not be finished. */
const HAND_BACK_MS = 1_000;

export interface HostOptions {
  readonly nats: Nats;
  readonly dataDirectory: string;
  readonly store: StoreOptions;
  readonly eventStore: EventStore;
  readonly instance: string;
  readonly version: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly heartbeatMs: Milliseconds;
  /** How long an actor may take to finish what is in hand once the signal aborts. */
  readonly drainMs: Milliseconds;
  readonly onHealth?: (health: Health) => void;
}

/**
 * Runs one actor until the signal aborts: starts it, feeds its lanes, tells its health, and starts it again with
 * back-off when it fails. Resolves when it has drained, or when the drain deadline has passed.
 */
export async function runActor<Config>(
  definition: ActorDefinition<Config>,
  config: Config,
  options: HostOptions,
): Promise<void> {
  const { nats, clock, signal } = options;
  const log = options.log.child({ actor: definition.name });
  const statistics = new Statistics();
  const pulse: Pulse = {
    actor: definition.name,
    instance: options.instance,
    version: options.version,
    startedAtMs: clock(),
    statistics,
    state: ActorState.starting,
    standingBy: false,
    running: undefined,
    lanes: [],
    lastError: undefined,
  };
  const stopped = new AbortController();
  const beating = beat(
    nats,
    pulse,
    clock,
    options.heartbeatMs,
    stopped.signal,
    options.onHealth ?? (() => {}),
  );

  for (let attempt = 1; !signal.aborted; attempt++) {
    const startedAt = clock();
    try {
      await live(definition, config, { ...options, log }, pulse, attempt > 1);
    } catch (thrown) {
      const error = forbidden(thrown) ?? asSpillwayError(thrown);
      if (clock() - startedAt > WELL_AFTER_MS) attempt = 1;
      const waitMs = backOffMs(RESTART, attempt, options.random);
      pulse.state = ActorState.failing;
      pulse.lastError = `${error.code}: ${error.message}`;
      statistics.count('restarts');
      log.error({ code: error.code, waitMs, err: thrown }, `starting again: ${error.message}`);
      await pause(waitMs, signal);
    }
  }
  pulse.state = ActorState.stopped;
  stopped.abort();
  await beating;
}

/** One life of an actor, from start to the end of its drain. */
async function live<Config>(
  definition: ActorDefinition<Config>,
  config: Config,
  options: HostOptions,
  pulse: Pulse,
  restarted: boolean,
): Promise<void> {
  const { log, signal } = options;
  const ended = new AbortController();
  const expired = new AbortController();
  const host: LaneHost = {
    actor: definition.name,
    nats: options.nats,
    log,
    clock: options.clock,
    random: options.random,
    signal: AbortSignal.any([signal, ended.signal]),
    expired: expired.signal,
    count: (name, labels, by) => pulse.statistics.count(name, labels, by),
  };
  await using running = await definition.start(config, contextOf(definition.name, options, pulse.statistics));
  pulse.running = running;
  checkLanes(running.lanes);
  // Any number may look on or share the work; only one may decide or act.
  const alone = running.lanes.some(({ kind }) => kind === 'fold' || kind === 'batch');
  pulse.standingBy = alone;
  const lease = alone
    ? await holdLease(host, options.instance, options.clock).finally(() => {
        pulse.standingBy = false;
      })
    : undefined;
  const lanesOf = running.lanes.map(lane => ({ lane, progress: newProgress(lane, restarted) }));
  pulse.lanes = lanesOf.flatMap(({ progress }) => progress);
  pulse.state = ActorState.running;
  log.info({ lanes: running.lanes.map(describe) }, 'running');

  const lanes = Promise.all(
    lanesOf.map(({ lane, progress }) => keepLane({ ...host, lane: nameOf(lane) }, lane, progress)),
  );
  const never = new Promise<never>(() => {});
  try {
    await Promise.race([aborted(signal), running.failed ?? never, lease?.lost ?? never]);
    pulse.state = ActorState.draining;
  } finally {
    ended.abort();
    const over = new AbortController();
    const drained = lanes.then(() => true);
    const handBackMs = Math.min(HAND_BACK_MS, options.drainMs / 4);
    void pause(options.drainMs - handBackMs, over.signal).then(() => expired.abort());
    const late = pause(options.drainMs, over.signal).then(() => false);
    if (!(await Promise.race([drained, late]))) {
      log.warn({ drainMs: options.drainMs }, 'drain deadline passed; what was in hand comes again');
    }
    over.abort();
    pulse.lanes = [];
    pulse.running = undefined;
    await lease?.release();
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(resolve => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Runs a lane, again and again with back-off: a lane that lost its connection is no reason to restart an actor. */
async function keepLane(host: LaneHost, lane: Lane, progress: readonly LaneProgress[]): Promise<void> {
  const first = progress[0] as LaneProgress;
  const total = () => progress.reduce((sum, { handled }) => sum + handled, 0);
  for (let attempt = 1; !host.signal.aborted; attempt++) {
    const handled = total();
    try {
      if (lane.kind === 'fold') await runFoldLane(host, lane, progress);
      else if (lane.kind === 'batch') await runBatchLane(host, lane, first);
      else if (lane.kind === 'work') await runWorkLane(host, lane, first);
      else await runWatchLane(host, lane, first);
    } catch (thrown) {
      if (host.signal.aborted) return;
      for (const one of progress) one.restarted = true;
      const error = forbidden(thrown) ?? asSpillwayError(thrown);
      if (total() > handled) attempt = 1;
      const waitMs = backOffMs(error.retry ? LANE_RESTART : RESTART, attempt, host.random);
      first.retries++;
      host.log.warn(
        { code: error.code, lane: describe(lane), waitMs, err: thrown },
        `lane starts again: ${error.message}`,
      );
      await pause(waitMs, host.signal);
    }
  }
}

/** `BEAM`, `NOTICE/discord` or `BEAM+TIMER`: a lane in the log. */
const describe = (lane: Lane): string =>
  streamsOf(lane).join('+') + (nameOf(lane) === undefined ? '' : `/${nameOf(lane)}`);

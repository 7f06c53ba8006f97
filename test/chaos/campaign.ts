import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { actors } from '../../actors/index.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import { pause } from '../../runtime/host/back-off.ts';
import { openNats } from '../../runtime/host/nats.ts';
import { openStore, rowsOf } from '../../runtime/store/connection.ts';
import { settle } from '../../runtime/up/settle.ts';
import { misaccounts } from '../end-to-end/alarms/judge.ts';
import { CHANNEL, EXPERIMENT } from './configuration.ts';
import { evidenceOf, toldAlarms } from './evidence.ts';
import { Injector } from './inject.ts';
import { type Judgement, judge } from './judge.ts';
import { type Report, reportOf } from './report.ts';
import { everyoneUp, runFaults } from './runner.ts';
import { type Counts, scheduleOf } from './schedule.ts';
import { ACTORS, type System, startSystem } from './system.ts';

export interface CampaignOptions extends Omit<Counts, 'actors' | 'servers'> {
  readonly nodes: 1 | 3;
  readonly speed: number;
  /** Everything is kept below it. */
  readonly directory: string;
  readonly noMounts: string | undefined;
  readonly log: Logger;
  readonly signal: AbortSignal;
  onProgress(accepted: number): void;
  /** With the system as it is at the end, and what it was judged by. */
  onJudged?(system: System, judgeAgain: () => Promise<Judgement>): Promise<void>;
}

/** How long what is on its way may take to arrive once all is mended. */
const SETTLE_MS = 240_000;
/** How long what alarms have to tell may take: groups are told one after the other. */
const ALARMS_MS = 60_000;
const ASK_EVERY_MS = 3_000;

/** Disturbs a whole system by a schedule, mends everything, and sees what is left of what went in. */
export async function campaign(options: CampaignOptions): Promise<Report> {
  const { seed, nodes, directory, log, signal } = options;
  const fromMs = Date.now();
  await using system = await startSystem(options);
  const schedule = scheduleOf({
    ...options,
    actors: ACTORS,
    servers: system.broker.nodes.map(({ name }) => name),
  });
  await writeFile(join(directory, 'schedule.json'), JSON.stringify(schedule, undefined, 1));
  await everyoneUp(system, signal);
  await system.begin();
  const injector = new Injector(system);
  const { happened, stalled } = await runFaults(system, injector, schedule, options);
  await injector.mendAll();
  const unsettled = [...(stalled === undefined ? [] : [stalled]), ...(await settled(system, log, signal))];
  const judged = async () => judgeNow(system, fromMs, injector, log);
  const { judgement, evidence } = await judged();
  const report = reportOf({
    seed,
    nodes,
    spills: evidence.verification.spills.stored ?? 0,
    events: evidence.verification.events?.counts.listed ?? 0,
    alarms: evidence.alarms.changes.length,
    notices: evidence.alarms.notices.length,
    repeated: evidence.alarms.received.filter(({ repeated }) => repeated).length,
    happened,
    judgement,
    unsettled,
    slowBy: system.disks.slowBy,
    versions: await versionsOf(system),
    seconds: Math.round((Date.now() - fromMs) / 1000),
  });
  await writeFile(join(directory, 'happened.json'), JSON.stringify(happened, undefined, 1));
  await options.onJudged?.(system, async () => (await judged()).judgement);
  if (report.wrong.length > 0 || unsettled.length > 0) await system.disks.keep(join(directory, 'kept'));
  return report;
}

async function judgeNow(system: System, fromMs: number, { poisons }: Injector, log: Logger) {
  const evidence = await overOwnConnection(system, log, JUDGE_MS, own => evidenceOf(own, fromMs, poisons));
  return { evidence, judgement: judge(evidence) };
}

/** Longest that looking at everything may take, and at what alarms have told. */
const JUDGE_MS = 300_000;
const LOOK_MS = 60_000;

/**
 * Reads over a connection of its own, and once more where that one broke: reading a stream may then wait for ever, and all that is read
 * is still there.
 */
async function overOwnConnection<T>(
  system: System,
  log: Logger,
  limitMs: Milliseconds,
  read: (system: System) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const options = { ...system.config.nats, experiment: EXPERIMENT, name: 'chaos judge' };
    await using nats = await openNats(options, log, AbortSignal.timeout(limitMs));
    const over = new AbortController();
    const late = pause(limitMs, over.signal).then(() => {
      throw new Error(`not read within ${limitMs / 1000} s`);
    });
    late.catch(() => {});
    try {
      return await Promise.race([read({ ...system, nats }), late]);
    } catch (error) {
      if (tries === 3) throw error;
      log.warn({ err: error }, 'reads again');
    } finally {
      over.abort();
    }
  }
}

/** Stops the front ends and waits until nothing is on its way. @returns what still is */
async function settled(system: System, log: Logger, signal: AbortSignal): Promise<string[]> {
  await Promise.all(system.frontEnds.map(frontEnd => frontEnd.stop()));
  const owing = await settle(system.nats, actors, system.frontEnds, SETTLE_MS, signal);
  log.info({ owing }, 'settled');
  const deadline = performance.now() + ALARMS_MS;
  const told = () => overOwnConnection(system, log, LOOK_MS, everythingTold);
  while (performance.now() < deadline && !(await told())) await pause(ASK_EVERY_MS, signal);
  // What the last pages led to is to be stored too.
  return [...owing, ...(await settle(system.nats, actors, system.frontEnds, SETTLE_MS, signal))];
}

async function everythingTold(system: System): Promise<boolean> {
  const { changes, notices, received } = await toldAlarms(system);
  const keys = new Set(received.map(({ key }) => key));
  return misaccounts({ changes, notices }, CHANNEL).length === 0 && keys.size >= notices.length;
}

async function versionsOf({ nats, config }: System): Promise<Record<string, string>> {
  await using store = openStore(config.store);
  const [row] = await rowsOf<{ version: string }>(store, 'SELECT version() AS version', 'the version');
  return {
    node: process.versions.node,
    nats: nats.connection.info?.version ?? 'unknown',
    clickhouse: row?.version ?? 'unknown',
  };
}

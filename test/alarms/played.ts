import { readdir, readFile } from 'node:fs/promises';
import { Player, past } from '../../actors/alarm-engine/backtest/play.ts';
import { setMode } from '../../actors/alarm-engine/backtest/recorded-modes.ts';
import type { EngineMessage } from '../../actors/alarm-engine/engine/engine.ts';
import { readKnown } from '../../actors/alarm-engine/known-devices.ts';
import { compileRules } from '../../actors/alarm-engine/rules/compile-rules.ts';
import { formatProblem } from '../../actors/alarm-engine/rules/problems.ts';
import { loadScenario, type Scenario } from '../../fixtures/simulator/scenario.ts';
import { isActive } from '../../protocol/alarm/alarm-state.ts';
import { compareSeverity } from '../../protocol/alarm/severity.ts';
import { type AlarmChange, alarmChange } from '../../protocol/messages/alarm-change.ts';
import { type AlarmRules, alarmRules } from '../../protocol/messages/alarm-rules.ts';
import type { Health } from '../../protocol/messages/health.ts';
import { type MachineMode, machineMode } from '../../protocol/messages/machine-mode.ts';
import { readings as beamReadings, type Readings } from '../../protocol/messages/readings.ts';
import { eventTimeFromMs, eventTimeToMs } from '../../protocol/time.ts';
import type { Delivered } from '../../runtime/actor.ts';
import { LIME_FILE } from '../../runtime/config/detector-file.ts';
import { readDeviceList } from '../../runtime/config/device-list.ts';
import { type PlayedSystem, playSystem } from '../helpers/played-system.ts';

export const START = 1_795_000_000_000;

const DEVICES = 'fixtures/devices/numi.yaml';
const list = await readDeviceList(DEVICES);
const known = await readKnown([DEVICES], [LIME_FILE]);

/** The rule files that are shipped. */
export const shipped: AlarmRules['files'] = await Promise.all(
  (await readdir('alarms')).map(async name => ({
    path: `alarms/${name}`,
    text: await readFile(`alarms/${name}`, 'utf8'),
  })),
);

export interface Played extends Pick<PlayedSystem, 'beat' | 'files' | 'slow' | 'more'> {
  /** File of `fixtures/scenarios`, or one that is none; the quiet one when left out. */
  readonly scenario?: string | Scenario;
  readonly seconds?: number;
  /** What becomes of a set of readings before it is stored; null: nothing is stored. */
  readonly readings?: (body: Readings, second: number) => Readings | null;
  /** Machine mode set by somebody. */
  readonly mode?: string;
}

/** An alarm that has become active, or worse, and when, in seconds since the start. */
export type Fired = AlarmChange & { readonly second: number };

/** Seconds since the start. */
export const secondOf = (ms: number): number => (ms - START) / 1000;

/** What the shipped rules made of a scenario. */
export interface Told {
  readonly fired: readonly Fired[];
  /** Machine modes, one after the other. */
  readonly modes: readonly string[];
  /** Alarms that are active at the end. */
  readonly active: readonly string[];
}

/** The shipped rules on a scenario, in virtual time. */
export function play({
  scenario = 'demo',
  seconds = 240,
  readings = body => body,
  mode,
  ...system
}: Played): Told {
  const messages = playSystem({
    scenario: typeof scenario === 'string' ? loadScenario(`fixtures/scenarios/${scenario}.yaml`) : scenario,
    devices: list.devices,
    startMs: START,
    lengthMs: seconds * 1000,
    ...system,
  });
  const player = new Player();
  const rules = { files: shipped, by: 'test', at: eventTimeFromMs(START) };
  const said = player.take(past(alarmRules.type, rules, START));
  if (mode !== undefined) said.push(...player.take(setMode(mode, START)));
  for (const message of messages) {
    const taken = altered(message, readings);
    if (taken) said.push(...player.take(taken));
  }
  said.push(...player.passUntil(START + seconds * 1000));
  const changes = said.flatMap(({ output }) =>
    output.type.type === alarmChange.type ? [output.body as AlarmChange] : [],
  );
  const last = new Map(changes.map(change => [change.alarm, change.to]));
  return {
    fired: changes
      .filter(
        ({ from, to, severity, severityBefore }) =>
          to === 'unacknowledged' && (from !== to || compareSeverity(severity, severityBefore) > 0),
      )
      .map(change => ({ ...change, second: secondOf(eventTimeToMs(change.at)) })),
    modes: said.flatMap(({ output }) =>
      output.type.type === machineMode.type ? [(output.body as MachineMode).mode] : [],
    ),
    active: [...last].filter(([, state]) => isActive(state)).map(([alarm]) => alarm),
  };
}

function altered(
  message: Delivered<EngineMessage>,
  readings: NonNullable<Played['readings']>,
): Delivered<EngineMessage> | undefined {
  if (message.type !== beamReadings.type) return message;
  const body = readings(message.body as Readings, secondOf(message.storedAt));
  return body ? { ...message, body } : undefined;
}

/** From the hundredth second on the heartbeat of an actor, or of some, is another, or none. */
export const from100 =
  (
    actors: string | readonly string[],
    change: (healthy: Health, second: number) => Health | null,
  ): NonNullable<Played['beat']> =>
  (healthy, at) =>
    [actors].flat().includes(healthy.actor) && secondOf(at) >= 100 ? change(healthy, secondOf(at)) : healthy;

/** A heartbeat whose lanes, or figures, tell something else. */
export const lane = (healthy: Health, over: Partial<Health['lanes'][number]>): Health => ({
  ...healthy,
  lanes: healthy.lanes.map(one => ({ ...one, ...over })),
});
export const figures = (healthy: Health, over: Record<string, number>): Health => ({
  ...healthy,
  figures: { ...healthy.figures, ...over },
});

/** Readings in which some devices have other values. */
export const withValues = (body: Readings, values: Readonly<Record<string, number>>): Readings => ({
  ...body,
  devices: body.devices.map(device => {
    const value = values[device.name];
    return value === undefined ? device : { ...device, values: device.values.map(() => value) };
  }),
});

/** Alarms that fired, once each, with the severity that they had then, in the order of their names. */
export const names = ({ fired }: Told): string[] =>
  [...new Set(fired.map(({ alarm, severity }) => `${alarm} ${severity}`))].toSorted(byText);

export const byText = (a: string, b: string): number => (a < b ? -1 : 1);

/** Alarms that a shipped file defines. */
export function idsOf(path: string): string[] {
  const compiled = compileRules(shipped, known);
  if (!compiled.ok) throw new Error(compiled.problems.map(formatProblem).join('\n'));
  return [...compiled.ruleSet.rules.values()].filter(({ place }) => place.file === path).map(({ id }) => id);
}

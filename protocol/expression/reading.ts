import { AlarmStatus } from '../alarm/severity.ts';
import { ActorState } from '../messages/health.ts';
import { eventTimeFromMs, formatEventTime, type Milliseconds } from '../time.ts';
import type { Environment } from './compiled.ts';
import { isCounter, STATES_BY_HEALTH } from './health-fields.ts';
import { type DeviceInput, type HealthFields, type HealthInput, silentFrom } from './scope.ts';
import { type Unusable, unusable, type Value } from './value.ts';

/** `[14 -4]` of an ACNET status: facility and signed error (numi.md 3.4). */
const acnetStatus = (status: number): string => `[${status & 0xff} ${status >> 8}]`;

const moment = (at: Milliseconds): string => formatEventTime(eventTimeFromMs(at)).replace(/\d{6}Z$/, 'Z');

/** What never came is waited for until it is as late as a stale value would be. */
const neverCame = ({ scope, staleMs }: Environment, what: string): Unusable =>
  unusable(
    AlarmStatus.undefined,
    `${what} has never come`,
    scope.now - silentFrom(scope, undefined) <= staleMs,
  );

const isStale = ({ scope, staleMs }: Environment, at: Milliseconds): boolean =>
  scope.now - silentFrom(scope, at) > staleMs;

const tooOld = ({ staleMs }: Environment, what: string, at: Milliseconds): Unusable =>
  unusable(AlarmStatus.timeout, `${what} last came at ${moment(at)}, more than ${staleMs / 1000} s ago`);

/** The device's input when it can be trusted: it came, lately, with a good status. */
function trusted(environment: Environment, name: string): DeviceInput | Unusable {
  const input = environment.scope.device(name);
  if (!input) return neverCame(environment, name);
  if (input.missing) return unusable(AlarmStatus.timeout, `${name} was missing when its trigger last came`);
  if (isStale(environment, input.at)) return tooOld(environment, name, input.at);
  if (input.status !== 0)
    return unusable(AlarmStatus.calc, `${name} has ACNET status ${acnetStatus(input.status)}`);
  return input;
}

/** One value is a number, several are an array; elements of an array are looked at when they are used. */
function valueOf(name: string, values: readonly number[]): Value {
  if (values.length > 1) return values;
  const [value] = values;
  if (value === undefined) return unusable(AlarmStatus.calc, `${name} came without a value`);
  return Number.isFinite(value) ? value : unusable(AlarmStatus.calc, `${name} is ${value}`);
}

export function readDevice(environment: Environment, name: string): Value {
  const input = trusted(environment, name);
  return 'reason' in input ? input : valueOf(name, input.values);
}

/** Units that came with a device's last reading; empty when none did. */
export const unitsOf = ({ scope }: Environment, name: string): string => scope.device(name)?.units ?? '';

/** The reading before the last one; unusable together with the last one, so that both are of neighbouring spills. */
export function readPrevious(environment: Environment, name: string): Value {
  const input = trusted(environment, name);
  if ('reason' in input) return input;
  const { previous } = input;
  if (!previous) return unusable(AlarmStatus.undefined, `${name} has come only once`, true);
  if (previous.status !== 0)
    return unusable(AlarmStatus.calc, `${name} had ACNET status ${acnetStatus(previous.status)} before`);
  return valueOf(`${name} before`, previous.values);
}

/**
 * A figure of an actor's heartbeats. Instances whose heartbeat is stale do not count, nor do those that do worse than the
 * healthiest; of those that remain, the largest figure speaks.
 */
export function readHealth(environment: Environment, actor: string, field: string, previous = false): Value {
  const { scope } = environment;
  const all = scope.health(actor);
  if (all.length === 0) return neverCame(environment, `a heartbeat of ${actor}`);
  const alive = all.filter(({ at }) => !isStale(environment, at));
  if (alive.length === 0)
    return tooOld(environment, `a heartbeat of ${actor}`, Math.max(...all.map(({ at }) => at)));
  const rank = ({ fields }: HealthInput) => STATES_BY_HEALTH.indexOf(String(fields['state']));
  const best = Math.min(...alive.map(rank));
  const values = alive
    .filter(input => rank(input) === best)
    .map(input => told(previous ? input.previous : input.fields, field));
  const texts = values.filter(value => typeof value === 'string');
  if (texts[0] !== undefined) return texts[0];
  const numbers = values.filter(value => typeof value === 'number');
  if (numbers.length === 0)
    return unusable(
      AlarmStatus.undefined,
      `${actor} does not tell ${field}${previous ? ' before' : ''}`,
      // Only while it runs does an actor tell figures; that it does not run is another alarm.
      previous || STATES_BY_HEALTH[best] !== ActorState.running,
    );
  const largest = Math.max(...numbers);
  return Number.isFinite(largest)
    ? largest
    : unusable(AlarmStatus.calc, `${field} of ${actor} is ${largest}`);
}

/** A counter that is not told has never counted. */
const told = (fields: HealthFields | undefined, field: string): number | string | undefined =>
  fields?.[field] ?? (fields && isCounter(field) ? 0 : undefined);

/** Seconds since something last came; since it has been looked for, when it never came. */
export const secondsSince = ({ scope }: Environment, at: Milliseconds | undefined): number =>
  Math.max(0, scope.now - silentFrom(scope, at)) / 1000;

import type { Device, DeviceList } from '../../protocol/device-list.ts';
import { SpillwayError } from '../../protocol/errors.ts';
import type { InOut } from '../../protocol/subjects.ts';
import type { Milliseconds } from '../../protocol/time.ts';
import type { BeamMonitorConfig } from './config.ts';
import type { Asked } from './readings.ts';

/** One list of devices read `delayMs` after an event. */
export interface Subscription extends Asked {
  readonly delayMs: Milliseconds;
}

/** One list of devices read again and again. */
export interface PollingList extends Asked {
  readonly everyMs: Milliseconds;
  readonly betweenMs: Milliseconds;
}

export interface Lists {
  readonly subscriptions: readonly Subscription[];
  readonly polled: readonly PollingList[];
  /** What the configuration asks for and the device list has nothing for. */
  readonly empty: readonly string[];
}

/**
 * What is read when: the device list dealt out to the subscriptions and polling lists of the configuration,
 * in-spill and out-of-spill devices apart.
 * @throws SpillwayError CONFIG_INVALID for a device that is not in the list, or nothing to read at all.
 */
export function dealOut(list: DeviceList, config: BeamMonitorConfig): Lists {
  const { source } = config;
  const subscriptions = (config.callback.enabled ? config.callback.subscriptions : []).map(
    ({ event, delay, inOut, devices }): Subscription => ({
      source,
      mode: 'callback',
      trigger: event,
      inOut,
      delayMs: delay,
      devices: pick(list, inOut, devices, `subscription to ${event}`),
    }),
  );
  const polled = (config.polling.enabled ? config.polling.lists : []).map(
    ({ every, between, inOut, devices }): PollingList => ({
      source,
      mode: 'polling',
      trigger: `poll-${every % 1000 === 0 ? `${every / 1000}s` : `${every}ms`}`,
      inOut,
      everyMs: every,
      betweenMs: between,
      devices: pick(list, inOut, devices, `polling list every ${every} ms`),
    }),
  );
  const some = ({ devices }: Asked) => devices.size > 0;
  const lists = {
    subscriptions: subscriptions.filter(some),
    polled: polled.filter(some),
    empty: [...subscriptions, ...polled].filter(asked => !some(asked)).map(nameOf),
  };
  if (lists.subscriptions.length + lists.polled.length === 0)
    throw new SpillwayError(
      'CONFIG_INVALID',
      `beam-monitor: nothing to read; accepted: callback or polling enabled, with a device of its inOut in ${config.devices}`,
    );
  return lists;
}

/** A list in words, for the log: `A9+20ms, in`. */
export const nameOf = (asked: Asked | Subscription): string =>
  `${asked.trigger}${'delayMs' in asked ? `+${asked.delayMs}ms` : ''}, ${asked.inOut}`;

function pick(
  list: DeviceList,
  inOut: InOut,
  names: readonly string[] | undefined,
  where: string,
): ReadonlyMap<string, Device> {
  const known = new Map(list.devices.filter(device => device.inOut === inOut).map(d => [d.name, d]));
  if (!names) return known;
  const foreign = names.find(name => !known.has(name));
  if (foreign !== undefined)
    throw new SpillwayError(
      'CONFIG_INVALID',
      `beam-monitor: ${where}: ${foreign} is not in the device list as ${inOut}`,
    );
  return new Map([...known].filter(([name]) => names.includes(name)));
}

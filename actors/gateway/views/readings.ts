import type { SpillNews } from '../../../protocol/live.ts';
import { type DeviceReading, type Readings, valuesOf } from '../../../protocol/messages/readings.ts';
import type { InOut } from '../../../protocol/subjects.ts';
import { type EventTime, eventTimeFromMs, type Milliseconds } from '../../../protocol/time.ts';
import type { Delivered, StreamId } from '../../../runtime/actor.ts';

/** A trigger's readings in short. */
export type ShortSpill = Omit<SpillNews, 'type'>;

/** A device as it was read last, for one trigger and list. */
export interface LatestReading {
  readonly reading: DeviceReading;
  readonly source: string;
  readonly trigger: string;
  readonly inOut: InOut;
  /** When the device took it; of the trigger where it does not say. */
  readonly time: EventTime;
  readonly storedAt: Milliseconds;
}

export interface ReadingFilter {
  /** Names; one that ends in `*` stands for all that begin so. Undefined: any. */
  readonly names?: readonly string[] | undefined;
  readonly trigger?: string | undefined;
}

/** Spills remembered in short. */
export const SPILLS = 100;

/** What somebody else's front end could make us remember at most. */
const DEVICES = 20_000;

/** What BEAM and SLOW have said last, of every device and in short of the last spills. */
export class ReadingsView {
  readonly #devices = new Map<string, LatestReading>();
  readonly #heads = new Map<StreamId, number>();
  #spills: ShortSpill[] = [];

  /** @returns false for what has been seen: a lane that begins anew tells again what it told last */
  see(message: Delivered<Readings>): boolean {
    const { stream, sequence, body, storedAt } = message;
    if (sequence <= (this.#heads.get(stream) ?? 0)) return false;
    this.#heads.set(stream, sequence);
    const { source, trigger, inOut } = body;
    for (const reading of body.devices)
      this.#keep({ reading, source, trigger, inOut, time: timeOf(reading, body), storedAt });
    if (stream.startsWith('BEAM@')) this.#spills = [shortOf(message), ...this.#spills.slice(0, SPILLS - 1)];
    return true;
  }

  /** The latest reading of every device that fits, by name. */
  devices({ names, trigger }: ReadingFilter): LatestReading[] {
    const fits = names && nameFilter(names);
    const latest = new Map<string, LatestReading>();
    for (const one of this.#devices.values()) {
      const { name } = one.reading;
      if ((trigger !== undefined && one.trigger !== trigger) || fits?.(name) === false) continue;
      const known = latest.get(name);
      if (!known || known.storedAt <= one.storedAt) latest.set(name, one);
    }
    return [...latest.values()].toSorted((a, b) => (a.reading.name < b.reading.name ? -1 : 1));
  }

  /** The last spills, the latest first. */
  spills(limit: number, trigger?: string): ShortSpill[] {
    return this.#spills.filter(spill => trigger === undefined || spill.trigger === trigger).slice(0, limit);
  }

  /** What has not been read for longest is forgotten first. */
  #keep(latest: LatestReading): void {
    const key = `${latest.trigger} ${latest.inOut} ${latest.reading.name}`;
    this.#devices.delete(key);
    this.#devices.set(key, latest);
    const [oldest] = this.#devices.size > DEVICES ? this.#devices.keys() : [];
    if (oldest !== undefined) this.#devices.delete(oldest);
  }
}

export function shortOf({ body, sequence, storedAt }: Delivered<Readings>): ShortSpill {
  const { trigger, inOut, time, devices, problems } = body;
  const values: Record<string, number> = {};
  for (const device of devices) {
    const [value, ...more] = valuesOf(device);
    if (value !== undefined && more.length === 0 && Number.isFinite(value)) values[device.name] = value;
  }
  return { sequence, trigger, inOut, time, storedAt, values, problems: problems.length };
}

/** Without a time stamp of its own a device has that of its trigger. */
export const timeOf = ({ seconds, milliseconds }: DeviceReading, { time }: Readings): EventTime =>
  seconds === 0 ? time : eventTimeFromMs(seconds * 1000 + milliseconds);

function nameFilter(names: readonly string[]): (name: string) => boolean {
  const exact = new Set(names);
  const begins = names.filter(name => name.endsWith('*')).map(name => name.slice(0, -1));
  return name => exact.has(name) || begins.some(begin => name.startsWith(begin));
}

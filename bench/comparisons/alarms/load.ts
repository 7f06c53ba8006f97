import { setTimeout as pause } from 'node:timers/promises';
import { seeded } from '../../sentinel/pictures.ts';

/** Devices of a large experiment, each read once a second, and rules on each: the design's 10,000 readings/s and 60,000 rules. */
export const DEVICES = 10_000;
export const RULES_A_DEVICE = 6;
export const EVERY_MS = 1_000;
/** The first rule's limit; the others are out of reach, and evaluated all the same. */
export const LIMIT = 5;
export const OUT_OF_REACH = 100;

export const deviceName = (n: number): string => `D${n}`;

/** The devices' values as they are now: noise within the limits, and what has been put beyond them. */
export class Devices {
  readonly #beyond = new Set<number>();
  readonly #random = seeded(1);

  read(n: number): number {
    return this.#beyond.has(n) ? 2 * LIMIT : LIMIT * (this.#random() - 0.5);
  }

  putBeyond(n: number): void {
    this.#beyond.add(n);
  }

  putAllBack(): void {
    this.#beyond.clear();
  }
}

/** Notes when a reading first showed that a device is beyond its limit, and when the webhook told of it. */
export class Journey {
  readonly #shownAt = new Map<string, number>();
  readonly #toldAt = new Map<string, number>();

  /** @param at time stamp of the reading, in milliseconds since 1970 */
  shown(device: string, at: number): void {
    if (!this.#shownAt.has(device)) this.#shownAt.set(device, at);
  }

  told(device: string, at: number): void {
    if (!this.#toldAt.has(device)) this.#toldAt.set(device, at);
  }

  get complete(): boolean {
    return this.#shownAt.size > 0 && [...this.#shownAt.keys()].every(device => this.#toldAt.has(device));
  }

  /** Milliseconds from the time stamp of the reading to the webhook, of each device. */
  latencies(): number[] {
    return [...this.#shownAt].flatMap(([device, at]) => (this.#toldAt.get(device) ?? Number.NaN) - at);
  }
}

/** Puts one device after the other beyond its limit, another one in each round, and waits until all have been told. */
export async function excursions(
  devices: Devices,
  journey: Journey,
  { count, everyMs, round }: { readonly count: number; readonly everyMs: number; readonly round: number },
  signal: AbortSignal,
): Promise<number[]> {
  for (let n = 0; n < count; n++) {
    devices.putBeyond((round * count + n) % DEVICES);
    await pause(everyMs, undefined, { signal });
  }
  // The last one is read within a second.
  await pause(EVERY_MS, undefined, { signal });
  const late = AbortSignal.any([signal, AbortSignal.timeout(30_000)]);
  while (!journey.complete) await pause(20, undefined, { signal: late });
  devices.putAllBack();
  return journey.latencies();
}

import { writeFile } from 'node:fs/promises';
import type { Milliseconds } from '../../protocol/time.ts';
import { type Disk, type Fault, STORE } from './fault.ts';
import { type PutIn, putPoison } from './poison.ts';
import { padded, type System } from './system.ts';

/** A fault that has begun. */
export interface Begun {
  /** Undoes it. */
  readonly end: () => Promise<void>;
  /** Pid that it has ended. */
  readonly killed?: number | undefined;
  /** Why it cannot be done here, and was not. */
  readonly skipped?: string;
}

const begun = (end: () => Promise<void> = async () => {}): Begun => ({ end });

/** Who writes to a disk. */
function writersTo(system: System, disk: Disk): readonly number[] {
  const pids =
    disk === 'nats'
      ? system.broker.nodes.map(node => node.pid())
      : [system.processes.pid(disk === 'beam' ? 'rotorooter' : STORE)];
  return pids.filter(pid => pid !== undefined);
}

/** Does to a system what a schedule says. */
export class Injector {
  readonly #system: System;
  /** How many faults keep a process stopped. */
  readonly #stops = new Map<number, number>();
  readonly #clockSteps = new Map<string, Milliseconds[]>();
  readonly poisons: PutIn[] = [];

  constructor(system: System) {
    this.#system = system;
  }

  async begin(fault: Fault): Promise<Begun> {
    const { links, disks } = this.#system;
    switch (fault.kind) {
      case 'kill':
        return { ...begun(), killed: this.#signal(fault.process, 'SIGKILL') };
      case 'nats-restart':
      case 'store-restart':
        return { ...begun(), killed: this.#signal(fault.process, 'SIGTERM') };
      case 'stop':
      case 'long-stop':
        return this.#stop(fault.process);
      case 'cut':
      case 'delay':
      case 'half-open':
      case 'pieces':
      case 'reorder': {
        const ends = await Promise.all(fault.links.map(name => links.get(name).impose(fault.behaviour)));
        return begun(async () => void (await Promise.all(ends.map(end => end()))));
      }
      case 'slow-disk':
        return begun(await disks.slow(writersTo(this.#system, fault.disk), fault.byMs));
      case 'full-disk':
        if (disks.noFullDisks !== undefined) return { ...begun(), skipped: disks.noFullDisks };
        return begun(await disks.fill(fault.disk));
      case 'clock-step':
        return this.#setClock(fault.process, fault.byMs);
      case 'poison':
      default:
        this.poisons.push(await putPoison(this.#system.nats, fault));
        return begun();
    }
  }

  /** Undoes whatever is left of all faults. */
  async mendAll(): Promise<void> {
    const { links, clocks } = this.#system;
    await links.mend();
    for (const pid of this.#stops.keys()) this.#system.processes.signal('', 'SIGCONT', pid);
    for (const path of clocks.values()) await writeFile(path, padded(0));
  }

  #pidOf(name: string): number | undefined {
    const node = this.#system.broker.nodes.find(one => one.name === name);
    return node ? node.pid() : this.#system.processes.pid(name);
  }

  #signal(name: string, signal: NodeJS.Signals): number | undefined {
    return this.#system.processes.signal(name, signal, this.#pidOf(name));
  }

  #stop(name: string): Begun {
    const pid = this.#signal(name, 'SIGSTOP');
    if (pid === undefined) return begun();
    this.#stops.set(pid, (this.#stops.get(pid) ?? 0) + 1);
    return begun(async () => {
      const left = (this.#stops.get(pid) ?? 1) - 1;
      this.#stops.set(pid, left);
      if (left === 0) this.#system.processes.signal(name, 'SIGCONT', pid);
    });
  }

  /** Of several steps of a clock at a time the latest counts. */
  async #setClock(name: string, byMs: Milliseconds): Promise<Begun> {
    const path = this.#system.clocks.get(name) ?? '';
    const steps = this.#clockSteps.get(name) ?? [];
    this.#clockSteps.set(name, steps);
    steps.push(byMs);
    await writeFile(path, padded(byMs));
    return begun(async () => {
      steps.splice(steps.indexOf(byMs), 1);
      await writeFile(path, padded(steps.at(-1) ?? 0));
    });
  }
}

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { serverName } from '../../../runtime/host/streams.ts';
import type { Comparison, Contender, Setting } from '../../harness/comparison.ts';
import { whileUsing } from '../../harness/usage.ts';
import { EXPERIMENT } from '../scene.ts';
import { type Bare, type Bytes, bareClient } from './bare.ts';
import { type ChainSystem, chainSystem } from './system.ts';

/** Callbacks under way at a time, of either. */
const CONNECTIONS = 8;
/** Between callbacks where latency is measured: a beam is slower, but two hundred of them are to fit into a round. */
const EVERY_MS = 100;

/** The whole way, as fast as callbacks are accepted; against what JetStream alone takes for the same bytes. */
export const chain: Comparison = {
  name: 'chain',
  title: 'Callback of a spill to its record in the file and its rows in the store, 8 connections',
  unit: 'callbacks/s',
  better: 'more',
  quick: true,
  goals: [{ against: '@nats-io/jetstream', times: 0.5 }],
  rounds: 5,
  async contenders(setting) {
    const { system, bare } = await both(setting);
    const forMs = setting.quick ? 3_000 : 10_000;
    return [
      {
        name: 'spillway',
        async round() {
          const first = await system.accepted();
          const began = performance.now();
          const { result: count, usage } = await whileUsing(system.pids, async () => {
            await system.front.run(forMs);
            const last = await system.accepted();
            await system.arrived(last);
            return last - first;
          });
          return { figure: (count * 1000) / (performance.now() - began), ...usage };
        },
        [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
      },
      bareRate(bare, system, forMs / 2),
    ];
  },
};

/** From the first byte of a callback until its record is on disk; what is least for that is three messages and a sync. */
export const chainLatency: Comparison = {
  name: 'chain-latency',
  title: 'Callback of a spill until its record is safe in the file, 10 a second, p99',
  unit: 'ms',
  better: 'less',
  quick: false,
  goals: [{ against: '3 bare round trips and a sync', times: 1 }],
  rounds: 3,
  async contenders(setting) {
    const { system, bare } = await both(setting);
    const samples = setting.quick ? 50 : 120;
    return [
      {
        name: 'spillway',
        round: async () => ({ figure: await p99(samples, async () => fileLatency(system)) }),
        [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
      },
      await threeRoundTrips(bare, setting, samples),
    ];
  },
};

async function both({ directory, signal }: Setting): Promise<{ system: ChainSystem; bare: Bare }> {
  const system = await chainSystem(directory, signal);
  try {
    await system.front.post(system.next());
    await system.arrived(1);
    return { system, bare: await bareClient(system.scene, await bytesOf(system)) };
  } catch (error) {
    await system[Symbol.asyncDispose]();
    throw error;
  }
}

/** What a callback has put into JetStream. */
async function bytesOf({ scene: { connection } }: ChainSystem): Promise<Bytes> {
  const last = async (stream: 'BEAM' | 'SPILL') => {
    const message = await connection.jsm.streams.getMessage(serverName(EXPERIMENT, stream), { seq: 1 });
    if (!message) throw new Error(`${stream} is empty`);
    return message.data;
  };
  return { BEAM: await last('BEAM'), SPILL: await last('SPILL') };
}

const bareRate = (bare: Bare, { scene }: ChainSystem, forMs: number): Contender => ({
  name: '@nats-io/jetstream alone',
  async round() {
    const began = performance.now();
    let spills = 0;
    const { usage } = await whileUsing([process.pid, scene.nats.pid], async () => {
      await Promise.all(
        Array.from({ length: CONNECTIONS }, async () => {
          for (; performance.now() - began < forMs; spills++) await bare.spill();
        }),
      );
      await bare.consumed();
    });
    return { figure: (spills * 1000) / (performance.now() - began), ...usage };
  },
  [Symbol.asyncDispose]: () => bare[Symbol.asyncDispose](),
});

async function fileLatency(system: ChainSystem): Promise<number> {
  const began = performance.timeOrigin + performance.now();
  await system.front.post(system.next());
  return (await system.filedAt(await system.accepted())) - began;
}

async function threeRoundTrips(bare: Bare, { directory }: Setting, samples: number): Promise<Contender> {
  const file = await open(join(directory, 'sync.raw'), 'w');
  const record = Buffer.alloc(8_144, 1);
  return {
    name: '3 bare round trips and a sync',
    round: async () => ({
      figure: await p99(samples, async () => {
        const began = performance.now();
        for (let trip = 0; trip < 3; trip++) await bare.roundTrip();
        await file.appendFile(record);
        await file.datasync();
        return performance.now() - began;
      }),
    }),
    async [Symbol.asyncDispose]() {
      await file.close();
      await bare[Symbol.asyncDispose]();
    },
  };
}

async function p99(samples: number, sample: () => Promise<number>): Promise<number> {
  const all: number[] = [];
  while (all.length < samples) {
    const next = pause(EVERY_MS);
    all.push(await sample());
    await next;
  }
  return all.toSorted((a, b) => a - b)[Math.floor(samples * 0.99)] ?? Number.NaN;
}

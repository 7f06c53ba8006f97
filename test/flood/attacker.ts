import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Aim, Answers } from './attack.ts';

/** What the process is told, as its one argument: what to do, to whom, and for how long. */
export interface Order extends Aim {
  readonly target: 'listener' | 'gateway';
  readonly attack: string;
  readonly seconds: number;
}

/** Attacks from a process of its own: whoever measures must not be kept busy by it. Prints the answers as JSON. */
const order = JSON.parse(process.argv[2] ?? '') as Order;
const attacks =
  order.target === 'listener'
    ? (await import('./listener-attacks.ts')).listenerAttacks
    : (await import('./gateway-attacks.ts')).gatewayAttacks;
const attack = attacks.find(({ name }) => name === order.attack);
if (!attack) throw new TypeError(`no attack is called ${order.attack}`);
if (!order.host.startsWith('127.')) throw new TypeError('only this machine is flooded');

/** Files that this process may have open; of them a few are not sockets. */
const handles = Number(/Max open files +(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024);
const scale = Math.min(order.scale, (handles - 100) / 5_000);

const answers: Answers = {};
const stop = new AbortController();
setTimeout(() => stop.abort(), order.seconds * 1_000);
// Each connection listens to it.
setMaxListeners(0, stop.signal);
await attack.run({
  ...order,
  scale,
  signal: stop.signal,
  count: answer => {
    answers[answer] = (answers[answer] ?? 0) + 1;
  },
});
process.stdout.write(JSON.stringify(answers));
process.exit(0);

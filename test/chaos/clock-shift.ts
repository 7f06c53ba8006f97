/**
 * Loaded before anything else into a process whose clock can be set (`node --import`): `Date` is off by the milliseconds that stand in the
 * file named by CHAOS_CLOCK. As with a real clock, `performance.timeOrigin` is what the clock said when the process began, and
 * the monotonic clock knows nothing of it.
 */
import { openSync, readSync } from 'node:fs';

const LOOK_EVERY_MS = 50;

const path = process.env['CHAOS_CLOCK'];
if (path !== undefined) {
  const file = openSync(path, 'r');
  const text = Buffer.alloc(32);
  const read = (): number => Number(text.toString('latin1', 0, readSync(file, text, 0, text.length, 0)));
  let shiftMs = read();
  setInterval(() => {
    shiftMs = read();
  }, LOOK_EVERY_MS).unref();

  const RealDate = Date;
  const realNow = RealDate.now.bind(RealDate);
  const now = (): number => realNow() + shiftMs;
  RealDate.now = now;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
    apply: () => new RealDate(now()).toString(),
  });
  const began = performance.timeOrigin + shiftMs;
  Object.defineProperty(performance, 'timeOrigin', { get: () => began });
}

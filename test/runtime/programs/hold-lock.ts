/** Locks the directory of its argument, says so, and holds it until it is killed. */
import { lockDirectory } from '../../../runtime/lock.ts';

try {
  await lockDirectory(process.argv[2] ?? '', { clock: Date.now });
  process.stdout.write('locked\n');
  setInterval(() => {}, 1000);
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
}

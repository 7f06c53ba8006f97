/** Main of a process with a mount namespace of its own: takes rows onto a disk that has room for some of them, and prints what becomes of it. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { takeRows } from '../../../../runtime/embedded/clickhouse/body.ts';

const directory = process.argv[2] ?? '/mnt';
await promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'test', directory]);

async function* body() {
  yield Buffer.alloc(64 * 1024, 1);
}

const became = await takeRows(body(), 0, directory).then(
  () => 'taken',
  ({ code }: { code: string }) => code,
);
process.stdout.write(became);

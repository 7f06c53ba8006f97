import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import type { DaemonOptions } from '../../../actors/rotorooter/daemon.ts';
import {
  encodeCommand,
  PROTOCOL_VERSION,
  type Reply,
  readReplies,
} from '../../../protocol/rotorooter/rotorooter.ts';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { daemonIn, filesIn, linkTo, range, recordOf, recordsOf, SOURCE, spillCountsIn } from './helpers.ts';

const OPEN = encodeCommand({ kind: 'open', version: PROTOCOL_VERSION, source: 'BAD@1', stream: 'BeamMon' });

/** Sends bytes as they are and gathers all replies, to the end of the connection. */
async function exchange(port: number, ...pieces: Uint8Array[]): Promise<Reply[]> {
  const socket: Socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  for (const piece of pieces) socket.write(piece);
  const replies: Reply[] = [];
  for await (const reply of readReplies(socket)) replies.push(reply);
  return replies;
}

const damaged = (sequence: number): Uint8Array => {
  const { bytes } = recordOf(sequence);
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  return encodeCommand({ kind: 'record', sequence, bytes });
};

const record = (sequence: number): Uint8Array => encodeCommand({ kind: 'record', ...recordOf(sequence) });

const RUBBISH: [what: string, pieces: Uint8Array[], status: string, text: string][] = [
  [
    'an HTTP request',
    [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
    'malformed',
    'bytes 4 and 5 are "/ "',
  ],
  [
    'a frame of 4 GB',
    [OPEN, Buffer.from('ffffffff525202000100000000000000', 'hex')],
    'malformed',
    'length is 4294967295',
  ],
  [
    'a frame shorter than its head',
    [Buffer.from('0f00000052520100', 'hex'), Buffer.alloc(8)],
    'malformed',
    'length is 15',
  ],
  [
    'an unknown command',
    [OPEN, Buffer.from('10000000525263000000000000000000', 'hex')],
    'malformed',
    'command 99',
  ],
  ['a record before open', [record(1)], 'notOpen', 'open expected'],
  ['a second open', [OPEN, OPEN], 'notOpen', 'second open'],
  ['a protocol of the future', [versioned(9)], 'badVersion', 'version 9, this daemon speaks 1'],
  ['a record with a flipped bit', [OPEN, damaged(1)], 'badChecksum', 'checksum is 0x'],
  ['half a record', [OPEN, cut(60)], 'badBlock', '60 are there'],
  ['two records in one', [OPEN, twice()], 'badBlock', 'left over'],
  ['a header without payload', [OPEN, cut(24)], 'badBlock', '24 are there'],
];

function versioned(version: number): Uint8Array {
  return encodeCommand({ kind: 'open', version, source: 'BAD@1', stream: 'BeamMon' });
}
function cut(length: number): Uint8Array {
  return encodeCommand({ kind: 'record', sequence: 1, bytes: recordOf(1).bytes.subarray(0, length) });
}
function twice(): Uint8Array {
  const { bytes } = recordOf(1);
  return encodeCommand({ kind: 'record', sequence: 1, bytes: Buffer.concat([bytes, bytes]) });
}

test.each(RUBBISH)(
  '%s is cut off with a reason, and the file of the others stays whole',
  async (_, pieces, status, text) => {
    await using directory = await temporaryDirectory();
    const cuts: string[] = [];
    await using daemon = await daemonIn(directory.path, { onCut: cut => cuts.push(cut.status) });
    await using good = await linkTo(daemon.port);
    await good.send(recordsOf(1, 3));
    const replies = await exchange(daemon.port, ...pieces);
    expect(replies.at(-1)).toMatchObject({ status, text: expect.stringContaining(text) });
    expect(await good.send(recordsOf(4, 6))).toBe(6);
    expect(await spillCountsIn(directory.path)).toEqual(range(1, 6));
    for (const { tail } of (await filesIn(directory.path)).values()) expect(tail).toEqual({ kind: 'none' });
    expect(cuts).toEqual([status]);
    expect(daemon.health()).toMatchObject({ rejected: 1 });
  },
);

test('what a client sent before the rubbish is written and acknowledged', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path);
  const replies = await exchange(daemon.port, OPEN, record(1), record(2), damaged(3), record(4));
  expect(replies.map(({ status, lastOnDisk }) => [status, lastOnDisk])).toEqual([
    ['ok', 0],
    ['ok', 2],
    ['ok', 2],
    ['badChecksum', 2],
  ]);
  expect(await spillCountsIn(directory.path)).toEqual([1, 2]);
});

test('a client that goes away within a frame leaves nothing of it', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path);
  const socket = connect({ host: '127.0.0.1', port: daemon.port });
  socket.end(Buffer.concat([OPEN, record(1), record(2).subarray(0, 40)]));
  const replies: Reply[] = [];
  for await (const reply of readReplies(socket)) replies.push(reply);
  expect(replies.map(({ status }) => status)).toEqual(['ok', 'ok', 'malformed']);
  expect(await spillCountsIn(directory.path)).toEqual([1]);
});

test('the link tells its owner the code of the daemon, so that a bad record can be put aside', async () => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path);
  await using link = await linkTo(daemon.port);
  const bad = recordOf(2);
  bad.bytes[60] = (bad.bytes[60] ?? 0) ^ 4;
  const refused = link.send([recordOf(1), bad, recordOf(3)]);
  await expect(refused).rejects.toMatchObject({ code: 'BLOCK_CHECKSUM', retry: false });
  await using again = await linkTo(daemon.port);
  expect(again.lastOnDisk).toBe(1);
});

const DOORS: [what: string, options: Partial<DaemonOptions>, status: string][] = [
  ['from an address that is not allowed', { allow: ['10.0.0.0/8', '::1'] }, 'refused'],
  ['beyond the number of clients', { maxClients: 1 }, 'crowded'],
  ['that does not say who it is', { openTimeout: 50 }, 'tooSlow'],
];

test.each(DOORS)('a client %s is told so', async (_, options, status) => {
  await using directory = await temporaryDirectory();
  await using daemon = await daemonIn(directory.path, options);
  await using first = status === 'crowded' ? await linkTo(daemon.port, SOURCE) : undefined;
  expect(await exchange(daemon.port)).toMatchObject([{ status }]);
  expect(first?.broken).toBeUndefined();
});

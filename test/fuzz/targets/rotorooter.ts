import { decodeCommand, encodeCommand } from '../../../protocol/rotorooter/command.ts';
import { Mark, takeFrame } from '../../../protocol/rotorooter/frame.ts';
import { decodeReply, encodeReply, STATUS, type Status } from '../../../protocol/rotorooter/reply.ts';
import type { Target } from '../target.ts';
import { mustEqual, mustEqualBytes } from './same.ts';

const LIMITS = { maxBodyBytes: 64 * 1024 };
const OPEN = { kind: 'open', version: 1, source: 'SPILL@1763690000000', stream: 'BeamMon' } as const;

export const rotorooterCommands: Target = {
  name: 'rotorooter-commands',
  refuses: ['FRAME_MALFORMED'],
  seeds: () => {
    const frames = [
      encodeCommand(OPEN),
      encodeCommand({ kind: 'record', sequence: 42, bytes: Buffer.from('a record') }),
      encodeCommand({ kind: 'roll' }),
      encodeCommand({ kind: 'close' }),
    ];
    return [...frames, Buffer.concat(frames)];
  },
  take(input) {
    for (let start = 0; start < input.length; ) {
      const cut = takeFrame(Mark.command, LIMITS, input, start, start);
      if (!('unit' in cut)) return;
      const command = decodeCommand(cut.unit);
      const again = encodeCommand(command);
      // Commands other than `record` have no use for the sequence of the frame, and write 0.
      const sent = Buffer.from(input.subarray(start, start + cut.size));
      if (command.kind !== 'record') sent.fill(0, 8, 16);
      mustEqualBytes(command.kind, sent, again);
      start += cut.size;
    }
  },
};

export const rotorooterReplies: Target = {
  name: 'rotorooter-replies',
  refuses: ['FRAME_MALFORMED'],
  seeds: () =>
    (Object.keys(STATUS) as Status[]).map(status => encodeReply({ status, lastOnDisk: 43, text: 'why' })),
  take(input) {
    const cut = takeFrame(Mark.reply, LIMITS, input, 0, 0);
    if (!('unit' in cut)) return;
    const reply = decodeReply(cut.unit);
    const { unit } = takeFrame(Mark.reply, LIMITS, encodeReply(reply), 0, 0) as { unit: typeof cut.unit };
    const { text, ...rest } = decodeReply(unit);
    mustEqual('reply', { status: reply.status, lastOnDisk: reply.lastOnDisk }, rest);
    // A long text is cut at the limit, within a character if need be.
    if (reply.text.length < 300) mustEqual('text', reply.text, text);
  },
};

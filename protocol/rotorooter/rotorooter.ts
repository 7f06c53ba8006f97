/**
 * The rotorooter wire protocol: how records reach the daemon that writes the beam files.
 *
 *     client                                    daemon
 *       open  SPILL@1763690000000 BeamMon  ->
 *                                          <-   ok   last on disk 41
 *       record 42 [bytes]                  ->
 *       record 43 [bytes]                  ->                               many may be in flight
 *                                          <-   ok   last on disk 43        one reply per command, in order,
 *                                          <-   ok   last on disk 43        only when synced to disk
 *       close                              ->
 *                                          <-   ok   last on disk 43
 *
 * A sequence space belongs to a source. The daemon writes a sequence once; gaps are allowed. A client that lost its
 * connection opens again and goes on after `last on disk`. The public documents tell that the original was told who
 * connects, opened and closed files on request, and could replay a recorded stream from a file; its
 * frames are not public, so these (`frame.ts`, `command.ts`, `reply.ts`) are our choice.
 */
export { type Command, encodeCommand, encodeRecordParts, PROTOCOL_VERSION, readCommands } from './command.ts';
export { FRAME_HEAD_BYTES, type FrameLimits, Mark } from './frame.ts';
export {
  encodeReply,
  errorOfReply,
  type Reply,
  readReplies,
  STATUS,
  type Status,
  statusOfError,
} from './reply.ts';

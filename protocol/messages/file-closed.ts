import type { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { Manifest } from '../rotorooter/manifest.ts';
import { subjects } from '../subjects.ts';
import { eventTimeFromMs } from '../time.ts';

const TYPE = 'file-closed/1';

export const FileClosed = Manifest;
export type FileClosed = z.infer<typeof FileClosed>;

/** A beam file is whole, and will not change: its manifest. */
export const fileClosed: MessageType<FileClosed> = {
  type: TYPE,
  stream: 'LEDGER',
  // A daemon that starts again tells of its last files again.
  unique: true,
  subject: (experiment, body) => subjects.fileClosed(experiment, body.file, body.sha256),
  identity: body => `file:${body.file}:${body.sha256}`,
  time: body => eventTimeFromMs(Date.parse(body.closed)),
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, FileClosed, bytes),
};

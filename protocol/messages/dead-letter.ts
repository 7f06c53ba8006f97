import { ERRORS, type ErrorCode } from '../errors.ts';
import { HEADERS, type HeaderReader } from '../message.ts';

/**
 * A dead letter is the original message, byte for byte and with its headers, under the subject of the actor that
 * gave up on it. Why it did travels in further headers; an original that leaves no room for those is cut at its end.
 */
export interface DeadLetter {
  readonly actor: string;
  readonly code: ErrorCode;
  readonly reason: string;
  /** How often it was tried. */
  readonly attempts: number;
  /** Stream it was read from, `<name>@<created, ms>`, and its sequence there. */
  readonly stream: string;
  readonly sequence: number;
  readonly subject: string;
  /** Bytes of the original, where its body had to be cut to fit beside what is said of it: it is whole in its stream alone. */
  readonly wholeBytes?: number;
}

const FIELDS = {
  actor: 'Spillway-Dead-Actor',
  code: 'Spillway-Dead-Code',
  reason: 'Spillway-Dead-Reason',
  attempts: 'Spillway-Dead-Attempts',
  stream: 'Spillway-Dead-Stream',
  sequence: 'Spillway-Dead-Sequence',
  subject: 'Spillway-Dead-Subject',
  wholeBytes: 'Spillway-Dead-Whole-Bytes',
} as const satisfies Record<keyof DeadLetter, string>;

/** A header value is one line: control characters become spaces, and a reason has an end. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 500);

export const deadLetterHeaders = (letter: DeadLetter): [name: string, value: string][] =>
  (Object.keys(FIELDS) as (keyof DeadLetter)[]).flatMap((key): [string, string][] =>
    letter[key] === undefined ? [] : [[FIELDS[key], oneLine(String(letter[key]))]],
  );

/** Identity of a dead letter: one per actor and message, however often the actor meets it again. */
export const deadLetterIdentity = (letter: DeadLetter): string =>
  `dead:${letter.actor}:${letter.stream}:${letter.sequence}`;

export function readDeadLetter(header: HeaderReader): DeadLetter {
  const code = header.get(FIELDS.code);
  const wholeBytes = header.get(FIELDS.wholeBytes);
  return {
    actor: header.get(FIELDS.actor),
    code: code in ERRORS ? (code as ErrorCode) : 'UNKNOWN',
    reason: header.get(FIELDS.reason),
    attempts: Number(header.get(FIELDS.attempts)),
    stream: header.get(FIELDS.stream),
    sequence: Number(header.get(FIELDS.sequence)),
    subject: header.get(FIELDS.subject),
    ...(wholeBytes === '' ? {} : { wholeBytes: Number(wholeBytes) }),
  };
}

/** Header names that belong to the dead letter and not to the original message. */
export const deadLetterFields: readonly string[] = [...Object.values(FIELDS), HEADERS.identity];

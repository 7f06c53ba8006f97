/**
 * Every error code of Spillway, with whether trying the same thing again can help.
 *
 * Codes are stable: logs, faults, dead letters, metrics and exit messages carry them, and scripts match on
 * them. Add a code, never rename one. `docs/operations.md` lists this table; a test holds the two together.
 */
export const ERRORS = {
  // Configuration and command line
  CONFIG_INVALID: { retry: false, meaning: 'a configuration file does not fit its schema' },
  CONFIG_UNREADABLE: { retry: false, meaning: 'a configuration file cannot be read or is not YAML' },
  USAGE: { retry: false, meaning: 'the command line is not understood' },
  DATA_DIRECTORY_BUSY: { retry: false, meaning: 'another Spillway uses this data directory' },
  // Fresh machine
  NATS_SERVER_UNAVAILABLE: { retry: false, meaning: 'no usable nats-server found or fetched' },
  STORE_ENGINE_UNAVAILABLE: { retry: false, meaning: 'the embedded store engine cannot be loaded here' },
  // Streams
  NATS_AWAY: { retry: true, meaning: 'NATS cannot be reached' },
  NATS_FORBIDDEN: { retry: true, meaning: 'NATS does not allow this user what it tried' },
  STREAMS_MISSING: { retry: true, meaning: 'an operator has not made the streams yet' },
  PUBLISH_FAILED: { retry: true, meaning: 'JetStream did not confirm that a message is stored' },
  WRITER_CONFLICT: { retry: true, meaning: 'another writer published to a stream that has one owner' },
  MESSAGE_MALFORMED: { retry: false, meaning: 'a message body does not fit its schema' },
  MESSAGE_TOO_LARGE: { retry: false, meaning: 'a message is larger than the server takes' },
  STREAM_HISTORY_LOST: { retry: false, meaning: 'messages not yet consumed have left the stream' },
  ACTOR_CRASHED: { retry: false, meaning: 'the actor died several times on the same message' },
  // XML-RPC
  XML_MALFORMED: { retry: false, meaning: 'not well-formed XML' },
  XML_FORBIDDEN: { retry: false, meaning: 'a document type, entity or processing instruction' },
  XML_TOO_LARGE: { retry: false, meaning: 'over the limit on bytes, text length or element count' },
  XML_TOO_DEEP: { retry: false, meaning: 'nested deeper than the limit' },
  XMLRPC_INVALID: { retry: false, meaning: 'well-formed XML that is not XML-RPC' },
  XMLRPC_UNENCODABLE: { retry: false, meaning: 'a value that XML-RPC cannot carry' },
  XMLRPC_FAULT: { retry: false, meaning: 'the other side answered with a fault' },
  XMLRPC_HTTP: { retry: true, meaning: 'the HTTP exchange under an XML-RPC call failed' },
  XMLRPC_TIMEOUT: { retry: true, meaning: 'no answer to an XML-RPC call in time' },
  METHOD_UNKNOWN: { retry: false, meaning: 'a method this server does not offer' },
  ADDRESS_UNAVAILABLE: {
    retry: true,
    meaning: 'cannot listen on an address: in use, or not of this machine',
  },
  // The listener's door
  HOST_REFUSED: { retry: false, meaning: 'the caller is not in the allow-list' },
  RATE_EXCEEDED: { retry: true, meaning: 'too many requests or connections' },
  REQUEST_INVALID: { retry: false, meaning: 'an HTTP request of the wrong method, path or type' },
  REQUEST_TOO_LARGE: { retry: false, meaning: 'an HTTP body or header over the limit' },
  REQUEST_TOO_SLOW: { retry: true, meaning: 'the request did not arrive in time' },
  NOT_STORED: { retry: true, meaning: 'the readings could not be stored, so the callback is not accepted' },
  CALLBACK_INVALID: { retry: false, meaning: 'a call of our method that is not a callback of the front end' },
  // Devices
  DEVICE_LIST_INVALID: { retry: false, meaning: 'a device list entry is not understood' },
  DEVICE_UNREQUESTED: { retry: false, meaning: 'a reading of a device nobody asked for' },
  DEVICE_MISSING: { retry: true, meaning: 'a device asked for is not in the readings' },
  DEVICE_TYPE: { retry: false, meaning: 'a value of another type than the device list states' },
  DEVICE_LENGTH: { retry: false, meaning: 'an array of another length than the device list states' },
  DEVICE_NOT_FINITE: { retry: false, meaning: 'a value is NaN or infinite' },
  DEVICE_INT_RANGE: { retry: false, meaning: 'an integer beyond 32 bits' },
  DEVICE_STATUS: { retry: true, meaning: 'the front end gave a non-zero ACNET status' },
  DEVICE_TIME_FUTURE: { retry: false, meaning: 'a device time stamp ahead of the clock' },
  DEVICE_TIME_FROZEN: { retry: false, meaning: 'a device time stamp equal to the one before' },
  DEVICE_TIME_ABSENT: { retry: false, meaning: 'a reading without a usable device time stamp' },
  // Raw blocks and files
  BLOCK_MALFORMED: { retry: false, meaning: 'bytes that are not a raw data block' },
  BLOCK_CHECKSUM: { retry: false, meaning: 'a block whose checksum does not match' },
  BLOCK_UNENCODABLE: { retry: false, meaning: 'a value the raw block cannot carry' },
  MIDAS_MALFORMED: { retry: false, meaning: 'bytes that are not a MIDAS event, or a bank of another layout' },
  MIDAS_TRUNCATED: { retry: false, meaning: 'a MIDAS file that ends within an event' },
  FRAME_MALFORMED: { retry: false, meaning: 'bytes that are not a rotorooter frame' },
  FILE_STATE_LOST: {
    retry: false,
    meaning: 'the state a daemon keeps beside its files is missing or damaged',
  },
  DIRECTORY_LOCKED: { retry: false, meaning: 'another daemon writes into this directory' },
  DISK_FULL: { retry: true, meaning: 'no space left where the files go' },
  ROTOROOTER_AWAY: { retry: true, meaning: 'the rotorooter daemon cannot be reached' },
  RECORDS_GONE: {
    retry: true,
    meaning: 'the rotorooter has less on disk than it had; the rest is sent again',
  },
  // Alarms
  ALARM_RULES_INVALID: { retry: false, meaning: 'a rule file is not understood or contradicts itself' },
  EXPRESSION_INVALID: { retry: false, meaning: 'an expression of a rule is not understood' },
  ALARM_UNKNOWN: { retry: false, meaning: 'no rule defines an alarm of this name' },
  COMMAND_STALE: { retry: false, meaning: 'the alarm has changed since the asker looked at it' },
  COMMAND_REFUSED: { retry: false, meaning: 'the command makes no sense in the state that the alarm is in' },
  NOT_ANSWERED: { retry: true, meaning: 'a command is stored, and nobody has answered it in time' },
  CHANNEL_AWAY: { retry: true, meaning: 'a chat, webhook or mail server cannot be reached or fails' },
  CHANNEL_LIMITED: { retry: true, meaning: 'a chat or webhook server asks to wait (429)' },
  CHANNEL_REFUSED: { retry: false, meaning: 'a chat, webhook or mail server refuses a message for good' },
  // Camera pictures
  PICTURE_MALFORMED: { retry: false, meaning: 'a picture or a map of another size than its sensor' },
  PEDESTAL_UNUSABLE: { retry: false, meaning: 'a pedestal of too few or too many pictures' },
  PEDESTAL_NONE: { retry: false, meaning: 'no pedestal fits the run of an event' },
  PEDESTAL_PENDING: { retry: true, meaning: 'the pedestal of a run is still being made' },
  WORKER_FAILED: {
    retry: false,
    meaning: 'a worker thread died on an event, took too long or met an error of its own',
  },
  // Event store
  EVENT_STORE_AWAY: { retry: true, meaning: 'the event store cannot be reached' },
  EVENT_STORE_FULL: { retry: true, meaning: 'the event store has no room for another body' },
  EVENT_BODY_GONE: { retry: false, meaning: 'a reference to a body that the event store does not have' },
  EVENT_BODY_DAMAGED: { retry: false, meaning: 'a body of the event store that is not what was put there' },
  EVENT_BODY_CONFLICT: { retry: false, meaning: 'another body under a name that the event store has' },
  // Gateway
  NOT_SIGNED_IN: { retry: false, meaning: 'this needs somebody who is signed in' },
  SIGN_IN_REFUSED: {
    retry: false,
    meaning: 'a name, password or token that is not known, or a single sign-on that does not hold',
  },
  PROVIDER_AWAY: { retry: true, meaning: 'the identity provider cannot be reached' },
  PROVIDER_INVALID: {
    retry: false,
    meaning: 'an answer of the identity provider that is not for us, forged or out of time',
  },
  NOT_ALLOWED: { retry: false, meaning: 'the role of whoever asks does not allow this' },
  ORIGIN_REFUSED: { retry: false, meaning: 'a request that another web site may have made a browser send' },
  // Dashboards
  BOARD_INVALID: { retry: false, meaning: 'a file is not a dashboard that can be read' },
  QUERY_INVALID: {
    retry: false,
    meaning: 'a query of a dashboard, or a value put into it, is not understood',
  },
  // Store
  STORE_AWAY: { retry: true, meaning: 'ClickHouse cannot be reached' },
  STORE_REFUSED: { retry: false, meaning: 'ClickHouse refused a statement or an insert' },
  STORE_SCHEMA: { retry: false, meaning: 'the store has tables of another version of Spillway' },
  // Anything not ours
  UNKNOWN: { retry: true, meaning: 'an error from elsewhere, not classified' },
} as const satisfies Record<string, { retry: boolean; meaning: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** An error with a stable code, whether a retry helps (from the table above), and its cause. */
export class SpillwayError extends Error {
  override readonly name = 'SpillwayError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }

  /** Whether doing the same again may succeed. */
  get retry(): boolean {
    return ERRORS[this.code].retry;
  }
}

/** Any thrown value as a `SpillwayError`; foreign errors become `UNKNOWN` with the original as cause. */
export function asSpillwayError(thrown: unknown): SpillwayError {
  if (thrown instanceof SpillwayError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new SpillwayError('UNKNOWN', message, { cause: thrown });
}

/** Bytes in front of every event's body. */
export const EVENT_HEADER_BYTES = 16;

/** Ids of events that hold text instead of banks. All with the top bit set are MIDAS' own. */
export const EventId = { beginOfRun: 0x8000, endOfRun: 0x8001, message: 0x8002 } as const;

/** Trigger mask of the events that the logger itself writes: "MI". */
export const LOGGER_MASK = 0x494d;

/**
 * Event header, 16 bytes, little-endian:
 *
 *     id u16 | trigger mask u16 | serial u32 | time u32 | size of the body u32
 */
export interface EventHeader {
  /** Which equipment made it (1 to 0x7fff), or one of `EventId`. */
  readonly id: number;
  readonly triggerMask: number;
  /** Counts per equipment and run, not per file; at begin and end of run the logger puts the run number here. */
  readonly serial: number;
  /** Seconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** Bytes of the body, this header not counted. */
  readonly bodyBytes: number;
}

export const decodeHeader = (view: DataView, start: number): EventHeader => ({
  id: view.getUint16(start, true),
  triggerMask: view.getUint16(start + 2, true),
  serial: view.getUint32(start + 4, true),
  time: view.getUint32(start + 8, true),
  bodyBytes: view.getUint32(start + 12, true),
});

export function encodeHeader(view: DataView, start: number, header: EventHeader): void {
  view.setUint16(start, header.id, true);
  view.setUint16(start + 2, header.triggerMask, true);
  view.setUint32(start + 4, header.serial, true);
  view.setUint32(start + 8, header.time, true);
  view.setUint32(start + 12, header.bodyBytes, true);
}

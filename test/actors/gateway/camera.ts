import type { Display } from '../../../protocol/messages/display.ts';

/** Not a picture, but told apart by its bytes; the gateway does not look. */
export const displayOf = (serial: number, over: Partial<Display> = {}): Display => ({
  site: 'lngs',
  detector: 'lime',
  run: 7,
  equipment: 'Trigger',
  serial,
  copy: 0,
  kind: 'event',
  time: { seconds: 1_700_000_000 + serial, nanoseconds: 0 },
  text: `Event display of event ${serial}`,
  width: 918,
  height: 878,
  png: Uint8Array.from({ length: 5_000 }, (_, at) => (at * serial) % 251),
  ...over,
});

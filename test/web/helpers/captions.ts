import { PNG } from 'pngjs';
import type { DisplayCaption, DisplayNews } from '../../../protocol/live.ts';

export const captionOf = (serial: number, over: Partial<DisplayCaption> = {}): DisplayCaption => ({
  site: 'lngs',
  detector: 'lime',
  run: 42901,
  serial,
  copy: 0,
  kind: 'event',
  time: { seconds: 1_702_596_949 + serial, nanoseconds: 0 },
  storedAt: Date.UTC(2026, 10, 21) + serial * 10_000,
  text: `Event display of event ${serial}`,
  width: 918,
  height: 878,
  url: `/api/v1/displays/lime/event/42901/${serial}.png`,
  ...over,
});

export const displayNews = (serial: number, over: Partial<DisplayCaption> = {}): DisplayNews => ({
  type: 'display',
  ...captionOf(serial, over),
});

/** A picture of one colour, told apart by its size. */
export function pictureOf(width: number, height = 20): Uint8Array {
  const png = new PNG({ width, height });
  png.data.fill(200);
  return PNG.sync.write(png);
}

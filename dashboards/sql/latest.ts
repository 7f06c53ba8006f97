/** Last value of a quantity up to the end of the range, if it is not older than ten minutes. */
export const latest = (quantity: string): string =>
  `SELECT argMax(value, ts) AS ${quantity} FROM quantities
WHERE quantity = '${quantity}' AND ts > $__toTime - INTERVAL 10 MINUTE AND ts <= $__toTime HAVING count() > 0`;

/** Last value of a scalar device, likewise. */
export const latestReading = (device: string): string =>
  `SELECT argMax(value, ts) AS reading FROM readings
WHERE device = '${device}' AND isFinite(value) AND ts > $__toTime - INTERVAL 10 MINUTE AND ts <= $__toTime HAVING count() > 0`;

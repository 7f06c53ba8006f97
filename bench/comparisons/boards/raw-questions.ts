/** What panels of a year ask of the roll-ups, asked of the readings themselves; times in seconds since 1970. */
type Question = (from: number, to: number) => string;

const plot =
  (devices: string): Question =>
  (from, to) =>
    `SELECT toStartOfInterval(ts, INTERVAL ${Math.ceil((to - from) / 1_500)} SECOND) AS time, device,
      avg(value), min(value), max(value)
    FROM raw_readings WHERE device IN (${devices}) AND ts >= toDateTime(${from}) AND ts < toDateTime(${to})
    GROUP BY time, device ORDER BY time`;

export const RAW_QUESTIONS: readonly Question[] = [
  plot("'E:D007'"),
  plot("'E:D001', 'E:D002', 'E:D003'"),
  plot("'E:D001', 'E:D002', 'E:D003', 'E:D005', 'E:D008', 'E:D013'"),
  (from, to) => `SELECT device, argMax(value, ts), max(ts) FROM raw_readings
    WHERE ts >= toDateTime(${from}) AND ts < toDateTime(${to}) GROUP BY device`,
  (from, to) => `SELECT toStartOfDay(ts) AS day, sum(value) FROM raw_readings
    WHERE device = 'E:D000' AND ts >= toDateTime(${from}) AND ts < toDateTime(${to}) GROUP BY day ORDER BY day`,
];

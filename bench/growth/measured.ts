const ROUNDS = 7;
/** Long enough for a clock of microseconds, and for what was compiled late. */
const ROUND_MS = 120;

/** A line of a table: cells by the titles of their columns. */
export type Row = Readonly<Record<string, string>>;

/** Microseconds of processor time that a piece of work takes, once warm. */
export function microseconds(work: () => unknown): number {
  const rounds = Array.from({ length: ROUNDS }, () => round(work));
  return Math.min(...rounds.slice(1));
}

/** As many digits as mean anything. */
export const told = (value: number): string =>
  (value < 10 ? Math.round(value * 10) / 10 : Number(value.toPrecision(3))).toLocaleString('en');

function round(work: () => unknown): number {
  const until = performance.now() + ROUND_MS;
  const before = process.cpuUsage();
  let times = 0;
  do {
    work();
    times++;
  } while (performance.now() < until);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

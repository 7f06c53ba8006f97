/** `run00042.mid` or `run00042.mid.gz`: MIDAS's logger writes `run%05d.mid`. */
const RUN_FILE = /^run(\d{5,10})\.mid(\.gz)?$/;

/** The run that a file's name tells; undefined for another name. */
export function runInName(name: string): number | undefined {
  const [, digits] = RUN_FILE.exec(name) ?? [];
  const run = Number(digits);
  return digits !== undefined && run <= 0xffff_ffff ? run : undefined;
}

export const isCompressed = (name: string): boolean => name.endsWith('.gz');

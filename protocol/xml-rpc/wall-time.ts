const TEXT =
  /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d):?(\d\d):?(\d\d)(?:[.,](\d{1,9}))?(?:(Z)|([+-])(\d\d)(?::?(\d\d))?)?$/;

const two = (n: number): string => String(n).padStart(2, '0');

interface WallTimeFields {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** 0 to 60: a leap second is a time. */
  readonly second: number;
  readonly nanosecond: number;
  /** Minutes east of UTC, or undefined where the text names no zone, as the specification has it. */
  readonly offsetMinutes: number | undefined;
}

/**
 * A `dateTime.iso8601`: a reading of a clock on somebody's wall. The specification writes `19980717T14:08:55`
 * and says "Don't assume a timezone. It should be specified by the server in its documentation", so what it
 * means is for the caller of `toDate` to say. Dashes, left-out colons, fractions and zones, which other
 * implementations send, are read as well.
 */
export class WallTime {
  readonly fields: WallTimeFields;

  private constructor(fields: WallTimeFields) {
    this.fields = fields;
  }

  /** A time from its text, or undefined where the text is none or names a day that is not in the calendar. */
  static parse(text: string): WallTime | undefined {
    const match = TEXT.exec(text);
    if (match === null) return undefined;
    const number = (group: number): number => Number(match[group] ?? 0);
    const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
    if (hour > 23 || minute > 59 || second > 60 || number(10) > 23 || number(11) > 59) return undefined;
    const nanosecond = Number((match[7] ?? '').padEnd(9, '0'));
    const offset = number(10) * 60 + number(11);
    const zoned = match[8] !== undefined || match[9] !== undefined;
    const offsetMinutes = zoned ? (match[9] === '-' ? 0 - offset : offset) : undefined;
    return new WallTime({ year, month, day, hour, minute, second, nanosecond, offsetMinutes });
  }

  /**
   * The clock on a wall in UTC at that moment, without naming a zone.
   * @returns undefined for a year that four digits cannot write, and for an invalid date.
   */
  static fromDate(date: Date): WallTime | undefined {
    return Number.isNaN(date.getTime()) ? undefined : WallTime.parse(date.toISOString().slice(0, -1));
  }

  /** The moment, in whole milliseconds; `assumedOffsetMinutes` (east of UTC) where the text named no zone. */
  toDate(assumedOffsetMinutes = 0): Date {
    const { year, month, day, hour, minute, second, nanosecond, offsetMinutes } = this.fields;
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    date.setUTCHours(
      hour,
      minute - (offsetMinutes ?? assumedOffsetMinutes),
      second,
      Math.floor(nanosecond / 1e6),
    );
    return date;
  }

  /** The specification's form; a fraction and a zone only where there is one. */
  toString(): string {
    const { year, month, day, hour, minute, second, nanosecond, offsetMinutes } = this.fields;
    const date = `${String(year).padStart(4, '0')}${two(month)}${two(day)}`;
    const fraction = nanosecond === 0 ? '' : `.${String(nanosecond).padStart(9, '0').replace(/0+$/, '')}`;
    return `${date}T${two(hour)}:${two(minute)}:${two(second)}${fraction}${formatOffset(offsetMinutes)}`;
  }
}

function formatOffset(minutes: number | undefined): string {
  if (minutes === undefined) return '';
  if (minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

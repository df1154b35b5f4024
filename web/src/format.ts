/** Numbers as people read them. Times are microseconds. */

const digits = new Intl.NumberFormat("en-US");

export function count(n: number): string {
  return digits.format(n);
}

/** plural returns the count with its noun. */
export function plural(n: number, one: string, many = one + "s"): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** duration returns three significant digits and a unit, from a minute on two units. */
export function duration(us: number): string {
  if (us < 0) return "−" + duration(-us);
  if (us < 999.5) return `${Math.round(us)} µs`;
  if (us < 999_500) return `${significant(us / 1e3)} ms`;
  if (us < 59_950_000) return `${significant(us / 1e6)} s`;
  const seconds = Math.round(us / 1e6);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
  const hours = Math.round(minutes / 60);
  return `${count(Math.floor(hours / 24))}d ${two(hours % 24)}h`;
}

/** moment returns a time on the axis, exact to its step; both in seconds. */
export function moment(seconds: number, step: number): string {
  const sign = seconds < 0 ? "−" : "";
  const s = Math.abs(seconds);
  if (s < step / 1e3) return "0";
  if (s < 60 || step < 1) {
    if (step < 1e-3 && s < 1e-3) return `${sign}${fixed(s * 1e6, step * 1e6)} µs`;
    if (step < 1 && s < 1) return `${sign}${fixed(s * 1e3, step * 1e3)} ms`;
    return `${sign}${fixed(s, step)} s`;
  }
  const whole = Math.round(s);
  const clock = `${Math.floor(whole / 60) % 60}:${two(whole % 60)}`;
  if (whole < 3600) return sign + clock;
  return `${sign}${Math.floor(whole / 3600)}:${clock.padStart(5, "0")}`;
}

/** span returns a part of the run, as exact as it takes to tell its ends apart. */
export function span(from: number, to: number): string {
  const step = 10 ** Math.floor(Math.log10(Math.max(to - from, 1) / 1e6) - 2);
  return `${moment(from / 1e6, step)} to ${moment(to / 1e6, step)}`;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function bytes(n: number): string {
  let unit = 0;
  while (n >= 999.5 && unit < units.length - 1) {
    n /= 1024;
    unit++;
  }
  return `${unit === 0 ? n : significant(n)} ${units[unit]}`;
}

/** percent returns a part of a whole; a part that is there is never 0 %. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return "–";
  const value = (100 * part) / whole;
  if (value > 0 && value < 0.1) return "< 0.1 %";
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

/** dateTime returns the local time of the reader, to milliseconds. */
export function dateTime(milliseconds: number): string {
  const d = new Date(milliseconds);
  const date = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  return `${date} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}.${String(d.getMilliseconds()).padStart(3, "0")}`;
}

function significant(n: number): string {
  if (n < 9.995) return n.toFixed(2);
  return n < 99.95 ? n.toFixed(1) : n.toFixed(0);
}

function fixed(value: number, step: number): string {
  const places = Math.min(6, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  return value.toFixed(places);
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

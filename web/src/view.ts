/** The height of a lane in CSS pixels: at first, and within which it can be changed. */
export const laneHeights = { normal: 20, least: 3, most: 44 };

const shortest = 20; // microseconds that are shown at least
const margin = 0.012; // of the run, before and after it

/** Part is what can be seen: a time in microseconds, and the lanes from a place in pixels on. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly top: number;
}

/** View keeps what part of the lanes is seen, within their bounds, and tells its listeners of changes. */
export class View implements Part {
  from: number;
  to: number;
  top = 0;
  laneHeight = laneHeights.normal;
  width = 1;
  height = 1;
  /** The whole that can be seen. */
  readonly first: number;
  readonly last: number;
  private readonly listeners: (() => void)[] = [];
  private moving = 0;

  constructor(readonly length: number, readonly lanes: number) {
    const whole = Math.max(length, shortest);
    this.first = -whole * margin;
    this.last = whole * (1 + margin);
    this.from = this.first;
    this.to = this.last;
  }

  /** The width of a pixel in microseconds. */
  get pixel(): number {
    return (this.to - this.from) / this.width;
  }

  /** What the lanes take, and how far down they can be scrolled. */
  get contentHeight(): number {
    return this.lanes * this.laneHeight + 8;
  }

  get lowest(): number {
    return Math.max(0, this.contentHeight - this.height);
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  resize(width: number, height: number): void {
    if (width === this.width && height === this.height) return;
    this.width = Math.max(1, width);
    this.height = Math.max(1, height);
    this.set(this);
  }

  timeAt(x: number): number {
    return this.from + x * this.pixel;
  }

  x(time: number): number {
    return (time - this.from) / this.pixel;
  }

  y(lane: number): number {
    return lane * this.laneHeight - this.top;
  }

  laneAt(y: number): number {
    return Math.floor((y + this.top) / this.laneHeight);
  }

  /** show shows a part at once. */
  show(part: Partial<Part>): void {
    cancelAnimationFrame(this.moving);
    this.set({ from: this.from, to: this.to, top: this.top, ...part });
  }

  /** go moves to a part, so that the eye can follow. */
  go(part: Partial<Part>): void {
    cancelAnimationFrame(this.moving);
    const start: Part = { from: this.from, to: this.to, top: this.top };
    const end = this.within({ ...start, ...part });
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.set(end);
      return;
    }
    let begun = -1;
    const step = (now: number): void => {
      if (begun < 0) begun = now;
      const part = Math.min(1, (now - begun) / 180);
      const eased = 1 - (1 - part) ** 3;
      const mix = (a: number, b: number): number => a + (b - a) * eased;
      this.set(part < 1 ? { from: mix(start.from, end.from), to: mix(start.to, end.to), top: mix(start.top, end.top) } : end);
      if (part < 1) this.moving = requestAnimationFrame(step);
    };
    this.moving = requestAnimationFrame(step);
  }

  /** zoom makes what is seen factor times as long, around a time that keeps its place. */
  zoom(factor: number, around = (this.from + this.to) / 2): void {
    const span = this.to - this.from;
    const wanted = Math.min(this.last - this.first, Math.max(shortest, span * factor));
    this.show({ from: around - ((around - this.from) * wanted) / span, to: around + ((this.to - around) * wanted) / span });
  }

  /** pan moves by pixels. */
  pan(right: number, down: number): void {
    const time = right * this.pixel;
    this.show({ from: this.from + time, to: this.to + time, top: this.top + down });
  }

  /** fit shows the whole run, with lanes as low as it takes to see them all, if that is not too low. */
  fit(): void {
    this.setLaneHeight(Math.min(laneHeights.normal, Math.floor((this.height - 8) / Math.max(1, this.lanes))));
    this.go({ from: this.first, to: this.last, top: 0 });
  }

  /** setLaneHeight keeps the lane at a place of the window where it is. */
  setLaneHeight(height: number, y = this.height / 2): void {
    const lane = (this.top + y) / this.laneHeight;
    this.laneHeight = Math.min(laneHeights.most, Math.max(laneHeights.least, height));
    this.show({ top: lane * this.laneHeight - y });
  }

  /** reveal moves as little as it takes to see a span of time in a lane, and closer when it would be a speck. */
  reveal(lane: number, start: number, end: number): void {
    let { from, to, top } = this as Part;
    const length = Math.max(end - start, 1);
    if (length / (to - from) < 24 / this.width) {
      const span = Math.min(to - from, Math.max(shortest, (length * this.width) / 120));
      from = start + length / 2 - span / 2;
      to = from + span;
    } else if (end < from || start > to) {
      const span = to - from;
      from = start - span / 4;
      to = from + span;
    }
    const y = lane * this.laneHeight;
    if (y < top || y + this.laneHeight > top + this.height) top = y - this.height / 2;
    this.go({ from, to, top });
  }

  /** focus fills the window with a span of time, in lanes that can be read. */
  focus(lane: number, start: number, end: number): void {
    if (this.laneHeight < laneHeights.normal) this.setLaneHeight(laneHeights.normal);
    const length = Math.max(end - start, shortest);
    const y = lane * this.laneHeight;
    const seen = y >= this.top && y + this.laneHeight <= this.top + this.height;
    this.go({ from: start - length * 0.06, to: end + length * 0.06, top: seen ? this.top : y - this.height / 3 });
  }

  private within({ from, to, top }: Part): Part {
    const span = Math.min(Math.max(to - from, shortest), this.last - this.first);
    from = Math.min(Math.max(from, this.first), this.last - span);
    return { from, to: from + span, top: Math.min(Math.max(top, 0), this.lowest) };
  }

  private set(part: Part): void {
    const { from, to, top } = this.within(part);
    [this.from, this.to, this.top] = [from, to, top];
    for (const listener of this.listeners) listener();
  }
}

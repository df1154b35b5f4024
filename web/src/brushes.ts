import type { Drawn } from "./paint.ts";
import type { Style } from "./style.ts";

/** From which width on a bar has round corners, a label is worth its room, and a cross fits in. */
export const roundFrom = 6;
const labelFrom = 26;
const crossFrom = 26;
const labelHeight = 11; // lanes that are lower have no text

/** Brushes collects what is drawn by colour, as changing the colour is what takes a canvas long. */
export class Brushes {
  private readonly columns: number[][] = [];
  private readonly rects: number[][] = [];
  private readonly rounds: number[][] = [];
  private readonly overs: number[][] = [];
  private readonly fails: number[] = [];
  private readonly crosses: number[] = [];
  private readonly diamonds: number[] = [];
  private readonly labels: { wanted: boolean; x: number; y: number; text: string }[] = [];
  private readonly character: number;

  constructor(private readonly ctx: CanvasRenderingContext2D, private readonly style: Style, private readonly height: number) {
    ctx.font = `11px ${style.mono}`;
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    this.character = ctx.measureText("0123456789").width / 10;
  }

  /** column is one pixel wide. The colour -1 is that of what is not asked for. */
  column(colour: number, x: number, y: number, failed: boolean): void {
    push(this.columns, colour, x, y);
    if (failed) this.fails.push(x, y, 2);
  }

  bar(colour: number, x: number, y: number, width: number): void {
    push(width >= roundFrom && this.height >= 8 ? this.rounds : this.rects, colour, x, y, width);
  }

  /** earlier is a part of a bar, in the colour of what the process was at that time; -2 for what it was forked from. */
  earlier(colour: number, x: number, y: number, width: number, first: boolean): void {
    push(this.overs, colour, x, y, width, first ? 1 : 0);
  }

  failed(x: number, y: number, width: number, hasEnd: boolean): void {
    this.fails.push(x, y, width);
    if (hasEnd && width >= crossFrom && this.height >= labelHeight) this.crosses.push(x + width, y);
  }

  failedExec(x: number, y: number): void {
    this.diamonds.push(x, y);
  }

  /** label is made by text, of at most so many characters, if there is room for it. */
  label(wanted: boolean, x: number, y: number, width: number, text: (limit: number) => string): void {
    if (width < labelFrom || this.height < labelHeight) return;
    const limit = Math.floor((width - 8) / this.character);
    if (limit >= 2) this.labels.push({ wanted, x, y, text: text(limit) });
  }

  flush(): Drawn {
    const { ctx, style, height } = this;
    let bars = 0;
    each(this.columns, (colour, list) => {
      ctx.fillStyle = this.colour(colour);
      for (let n = 0; n < list.length; n += 2, bars++) ctx.fillRect(list[n], list[n + 1], 1, height);
    });
    each(this.rects, (colour, list) => {
      ctx.fillStyle = this.colour(colour);
      for (let n = 0; n < list.length; n += 3, bars++) ctx.fillRect(list[n], list[n + 1], list[n + 2], height);
    });
    each(this.rounds, (colour, list) => {
      ctx.fillStyle = this.colour(colour);
      ctx.beginPath();
      for (let n = 0; n < list.length; n += 3, bars++) ctx.roundRect(list[n], list[n + 1], list[n + 2], height, 3);
      ctx.fill();
    });
    each(this.overs, (colour, list) => {
      ctx.fillStyle = this.colour(colour);
      ctx.beginPath();
      for (let n = 0; n < list.length; n += 4) ctx.roundRect(list[n], list[n + 1], list[n + 2], height, list[n + 3] ? [3, 0, 0, 3] : 0);
      ctx.fill();
    });
    this.drawFailed();
    for (const wanted of [true, false]) {
      ctx.fillStyle = wanted ? style.onBar : style.onDim;
      for (const label of this.labels) if (label.wanted === wanted) ctx.fillText(label.text, label.x + 4, label.y + height / 2 + 0.5);
    }
    return { bars, labels: this.labels.length };
  }

  private drawFailed(): void {
    const { ctx, style, height } = this;
    const strip = Math.max(1, Math.min(3, Math.floor(height / 3)));
    ctx.fillStyle = style.bad;
    for (let n = 0; n < this.fails.length; n += 3) ctx.fillRect(this.fails[n], this.fails[n + 1] + height - strip, this.fails[n + 2], strip);
    ctx.beginPath();
    for (let n = 0; n < this.crosses.length; n += 2) ctx.roundRect(this.crosses[n] - 14, this.crosses[n + 1], 14, height, [0, 3, 3, 0]);
    ctx.fill();
    ctx.strokeStyle = style.onBar;
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    for (let n = 0; n < this.crosses.length; n += 2) {
      const [x, y] = [this.crosses[n] - 7, this.crosses[n + 1] + height / 2];
      ctx.moveTo(x - 3, y - 3);
      ctx.lineTo(x + 3, y + 3);
      ctx.moveTo(x + 3, y - 3);
      ctx.lineTo(x - 3, y + 3);
    }
    ctx.stroke();
    ctx.fillStyle = style.warn;
    ctx.beginPath();
    for (let n = 0; n < this.diamonds.length; n += 2) {
      const [x, y] = [this.diamonds[n], this.diamonds[n + 1]];
      ctx.moveTo(x - 3, y - 2);
      ctx.lineTo(x + 3, y - 2);
      ctx.lineTo(x, y + 3);
      ctx.closePath();
    }
    ctx.fill();
  }

  private colour(colour: number): string {
    if (colour === -1) return this.style.dim;
    return colour === -2 ? this.style.bars[this.style.bars.length - 1] : this.style.bars[colour];
  }
}

/** push adds to the list of a colour; those of the colours -2 and -1 come first. */
function push(lists: number[][], colour: number, ...values: number[]): void {
  (lists[colour + 2] ??= []).push(...values);
}

/** each goes through what is dimmed first, so that what is asked for lies above it. */
function each(lists: number[][], draw: (colour: number, list: number[]) => void): void {
  lists.forEach((list, n) => draw(n - 2, list));
}

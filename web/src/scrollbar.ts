import type { View } from "./view.ts";

/** Scrollbar is the browser's own, for the lanes. */
export class Scrollbar {
  constructor(private readonly box: HTMLElement, private readonly view: View) {
    const content = box.firstElementChild as HTMLElement;
    let shown = 0; // where it was put, so that its own move is known from the reader's
    const follow = (): void => {
      box.hidden = view.lowest === 0;
      content.style.height = `${box.clientHeight + view.lowest}px`;
      box.scrollTop = view.top;
      shown = box.scrollTop;
    };
    view.onChange(follow);
    follow();
    box.addEventListener("scroll", () => {
      if (Math.abs(this.box.scrollTop - shown) > 1) this.view.show({ top: this.box.scrollTop });
    });
  }
}

import type { View } from "./view.ts";

const clickSlop = 4; // pixels that a click may move

export interface Pointing {
  hover(x: number, y: number, event: PointerEvent): void;
  leave(): void;
  click(x: number, y: number): void;
  doubleClick(x: number, y: number): void;
}

/** gestures makes a mouse, a touchpad and fingers move the view; what they point at is for the others. */
export function gestures(over: HTMLElement, view: View, pointing: Pointing): void {
  const down = new Map<number, { x: number; y: number }>();
  let moved = 0;
  const at = (event: MouseEvent): { x: number; y: number } => {
    const box = over.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  over.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    over.setPointerCapture(event.pointerId);
    down.set(event.pointerId, at(event));
    if (down.size === 1) moved = 0;
  });
  over.addEventListener("pointermove", (event) => {
    const point = at(event);
    const before = down.get(event.pointerId);
    if (!before) {
      pointing.hover(point.x, point.y, event);
      return;
    }
    moved += Math.abs(point.x - before.x) + Math.abs(point.y - before.y);
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    down.set(event.pointerId, point);
    if (moved < clickSlop) return;
    over.classList.add("dragged");
    pointing.leave();
    if (other) pinch(view, before, point, other);
    else view.pan(before.x - point.x, before.y - point.y);
  });
  const up = (event: PointerEvent): void => {
    if (!down.delete(event.pointerId)) return;
    over.classList.remove("dragged");
    const point = at(event);
    if (event.type === "pointerup" && moved < clickSlop) pointing.click(point.x, point.y);
  };
  over.addEventListener("pointerup", up);
  over.addEventListener("pointercancel", up);
  over.addEventListener("pointerleave", () => pointing.leave());
  over.addEventListener("dblclick", (event) => {
    const point = at(event);
    pointing.doubleClick(point.x, point.y);
  });
  over.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = at(event);
    wheel(view, event, x, y);
  }, { passive: false });
}

/** wheel zooms; sideways it pans, with Shift it goes through the lanes, with Alt it changes their height. */
function wheel(view: View, event: WheelEvent, x: number, y: number): void {
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? view.height : 1;
  const [right, downwards] = [event.deltaX * unit, event.deltaY * unit];
  if (event.altKey) view.setLaneHeight(view.laneHeight * Math.exp(-downwards / 400), y);
  else if (event.shiftKey) view.pan(0, downwards || right); // some browsers turn the wheel sideways with Shift
  else if (Math.abs(right) > Math.abs(downwards)) view.pan(right, 0);
  // A pinch on a touchpad comes as a wheel with Ctrl, in small steps.
  else view.zoom(Math.exp(Math.max(-200, Math.min(200, downwards)) / (event.ctrlKey ? 100 : 400)), view.timeAt(x));
}

function pinch(view: View, before: { x: number; y: number }, now: { x: number; y: number }, other: { x: number; y: number }): void {
  const [was, is] = [Math.abs(before.x - other.x), Math.abs(now.x - other.x)];
  if (was > 8 && is > 8) view.zoom(was / is, view.timeAt(other.x));
  view.pan(0, (before.y - now.y) / 2);
}

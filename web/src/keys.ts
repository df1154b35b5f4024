/** Action is what a key does. Those without keys of their own are done by the same as others. */
export interface Action {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly does: string;
  run(): void;
}

/** keys runs actions by the names of keys (KeyboardEvent.key, with Shift+ before those that have no other name with it). */
export function keys(actions: readonly Action[]): void {
  const byKey = new Map(actions.flatMap((action) => action.keys.map((key) => [key, action] as const)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = event.target as HTMLElement;
    if (target instanceof HTMLInputElement || (target instanceof HTMLButtonElement && (event.key === "Enter" || event.key === " "))) return;
    const action = byKey.get((event.shiftKey && event.key.length > 1 ? "Shift+" : "") + event.key);
    if (!action) return;
    event.preventDefault();
    action.run();
  });
}

import { forkColour } from "./programs.ts";

/** Style is what the canvas takes from style.css. */
export interface Style {
  readonly bars: string[];
  readonly dim: string;
  readonly onBar: string;
  readonly onDim: string;
  readonly bad: string;
  readonly warn: string;
  readonly accent: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly surface: string;
  readonly area: string;
  readonly areaLine: string;
  readonly leaves: string;
  readonly mono: string;
  readonly sans: string;
}

export function readStyle(): Style {
  const css = getComputedStyle(document.documentElement);
  const value = (name: string): string => css.getPropertyValue(`--${name}`).trim();
  return {
    bars: Array.from({ length: forkColour + 1 }, (_, n) => value(`bar-${n}`)),
    dim: value("bar-dim"),
    onBar: value("on-bar"),
    onDim: value("on-dim"),
    bad: value("bad"),
    warn: value("warn"),
    accent: value("accent"),
    text: value("text"),
    muted: value("muted"),
    line: value("line"),
    surface: value("surface"),
    area: value("area"),
    areaLine: value("area-line"),
    leaves: value("leaves"),
    mono: value("mono"),
    sans: value("sans"),
  };
}

const themes = ["auto", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

/** Themes is light or dark as the system is, or as the reader chose. */
export class Themes {
  private theme: Theme = "auto";

  constructor(private readonly changed: (theme: Theme) => void) {
    const kept = storage((s) => s.getItem(key));
    this.theme = themes.find((theme) => theme === kept) ?? "auto";
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.apply());
  }

  apply(): void {
    if (this.theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.theme;
    this.changed(this.theme);
  }

  next(): void {
    this.theme = themes[(themes.indexOf(this.theme) + 1) % themes.length];
    storage((s) => s.setItem(key, this.theme));
    this.apply();
  }
}

const key = "exectrail-theme";

/** storage does without where a browser keeps nothing for a page that comes from a file. */
function storage<T>(use: (storage: Storage) => T): T | null {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}

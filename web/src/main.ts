import "uplot/dist/uPlot.min.css";
import "./style.css";
import { App } from "./app.ts";
import { Run, type Raw } from "./data.ts";
import { byId } from "./dom.ts";

const raw = JSON.parse(byId("run").textContent!) as Raw | { exectrail: "run" };
if ("processes" in raw) {
  const app = new App(new Run(raw));
  Object.assign(window, { timeline: app }); // for the console, and for the tests
} else {
  // The page as it was built: internal/timeline puts a run in it.
  byId("command").textContent = "There is no run in this page";
}

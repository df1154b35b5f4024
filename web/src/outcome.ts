import type { Run } from "./data.ts";

const signals: Record<number, string> = {
  1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 10: "SIGUSR1",
  11: "SIGSEGV", 12: "SIGUSR2", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 16: "SIGSTKFLT", 24: "SIGXCPU", 25: "SIGXFSZ", 26: "SIGVTALRM",
  27: "SIGPROF", 29: "SIGIO", 30: "SIGPWR", 31: "SIGSYS",
}; // signal(7), of x86 and ARM: those that end a process

/** outcome tells how a process ended. */
export function outcome(run: Run, i: number): { text: string; bad: boolean } {
  if (run.runs(i)) return { text: "still running", bad: false };
  const signal = run.column("signal", i);
  if (signal === 0) return { text: `exit ${run.column("exit", i)}`, bad: run.failed[i] === 1 };
  const name = signals[signal] ?? (signal >= 34 ? `SIGRTMIN+${signal - 34}` : `signal ${signal}`);
  return { text: name + (run.column("core", i) ? ", core dumped" : ""), bad: true };
}

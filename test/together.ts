/**
 * Areas whose files leave nothing behind: what they make is their own, and what they put in another's place (console, timers) they put back. So they
 * take turns in one process, which has loaded and compiled what they all use. `test/structure/together.test.ts` holds them to it.
 */
export const TOGETHER = ["campaigns", "core", "firmware", "simulators", "world"]

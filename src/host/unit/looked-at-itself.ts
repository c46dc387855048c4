import type { UnitLink } from "./unit-link"

/** How often to look, and how long to wait in between, for what a device does in its first seconds. */
const LOOKS = 40
const LOOK_MS = 250

/**
 * Waits until a device that has just started has read its records and its log, opened its random source, and looked at its identity: until then it says
 * that it is starting. If it does not get there, what it is asked next shows it.
 * @throws LinkError
 */
export async function lookedAtItself(link: Pick<UnitLink, "get" | "wait">): Promise<void> {
    for (let look = 1; look < LOOKS && (await isStarting(link)); look++) await link.wait(LOOK_MS)
}

async function isStarting(link: Pick<UnitLink, "get">): Promise<boolean> {
    const { cause } = (await link.get("state")) as { cause: string }
    return cause === "Starting"
}

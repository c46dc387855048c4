import { readDocument } from "./read-document"
import type { UnitLink } from "./unit-link"

/** How often to look, and how long to wait in between, for what a device does in its first seconds. */
const LOOKS = 40
const LOOK_MS = 250

/**
 * The certificates of a device. One that has just started has not looked at its identity yet, and shows none until then; that is waited for.
 * @returns DER; empty if it has none
 * @throws LinkError
 */
export async function certificatesOf(link: UnitLink): Promise<Buffer> {
    for (let look = 1; look < LOOKS && (await link.get("identity")) === "Unknown"; look++) await link.wait(LOOK_MS)
    return readDocument(link, "certificates")
}

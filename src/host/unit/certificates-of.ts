import { lookedAtItself } from "./looked-at-itself"
import { readDocument } from "./read-document"
import type { UnitLink } from "./unit-link"

/**
 * The certificates of a device. One that has just started shows none until it has looked at its identity; that is waited for.
 * @returns DER; empty if it has none
 * @throws LinkError
 */
export async function certificatesOf(link: UnitLink): Promise<Buffer> {
    await lookedAtItself(link)
    return readDocument(link, "certificates")
}

import type { UnitLink } from "./unit-link"
import { LinkError } from "./unit-link"

/** Numbers of services/domovoi.md. */
export const DOCUMENT = { certificates: 0, attestation: 1 } as const

/** More than any document has: a device holds its certificates in 2 KiB, and a signed answer in less. */
const MOST_BYTES = 4096

/** Reads a document of the device, piece by piece. @throws LinkError if it is none, or does not end */
export async function readDocument(link: UnitLink, document: keyof typeof DOCUMENT): Promise<Buffer> {
    const pieces: Uint8Array[] = []
    for (let offset = 0; ; ) {
        const { size, data } = await link.call("read", { offset, document: DOCUMENT[document] })
        if (!(Number(size) <= MOST_BYTES))
            throw new LinkError(`the device says that its ${document} have ${size} bytes, of at most ${MOST_BYTES}`)
        const piece = data as Uint8Array
        pieces.push(piece)
        offset += piece.length
        if (offset >= Number(size)) return Buffer.concat(pieces)
        if (piece.length === 0)
            throw new LinkError(`the device breaks off in its ${document}, at byte ${offset} of ${size}`)
    }
}

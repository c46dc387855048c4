import fs from "node:fs"

/** A file of more bytes than its reader takes. */
export class FileTooLarge extends Error {
    constructor(readonly maxBytes: number) {
        super(`it has more than ${maxBytes} bytes`)
    }
}

const PIECE_BYTES = 65_536

/**
 * Reads a file, pipe or device to its end, but never more than it may hold: what does not end is no input.
 * @throws FileTooLarge, or the system's error
 */
export function readBoundedFile(
    path: string,
    maxBytes: number,
    files: Pick<typeof fs, "closeSync" | "fstatSync" | "openSync" | "readSync"> = fs,
): Buffer<ArrayBuffer> {
    const descriptor = files.openSync(path, "r")
    try {
        const stat = files.fstatSync(descriptor)
        if (stat.isFile() && stat.size > maxBytes) throw new FileTooLarge(maxBytes)
        // One byte more than a file has shows that it ends there.
        const pieceBytes = stat.isFile() ? Math.min(stat.size + 1, PIECE_BYTES) : PIECE_BYTES
        const pieces: Buffer[] = []
        for (let bytes = 0; ; ) {
            const piece = Buffer.allocUnsafe(pieceBytes)
            const read = files.readSync(descriptor, piece)
            if (read === 0) return Buffer.concat(pieces)
            bytes += read
            if (bytes > maxBytes) throw new FileTooLarge(maxBytes)
            pieces.push(piece.subarray(0, read))
        }
    } finally {
        files.closeSync(descriptor)
    }
}

import { crc32, deflateSync } from "node:zlib"
import type { Bitmap } from "./bitmap"

/** A picture as PNG (ISO/IEC 15948): greyscale of one bit. @param dotsPerMetre its size when printed */
export function pngOf(bitmap: Bitmap, dotsPerMetre: number): Uint8Array {
    const header = Buffer.alloc(13)
    header.writeUInt32BE(bitmap.width, 0)
    header.writeUInt32BE(bitmap.height, 4)
    header[8] = BIT_DEPTH
    const size = Buffer.alloc(9)
    size.writeUInt32BE(dotsPerMetre, 0)
    size.writeUInt32BE(dotsPerMetre, 4)
    size[8] = PER_METRE
    return Buffer.concat([
        SIGNATURE,
        chunk("IHDR", header),
        chunk("pHYs", size),
        chunk("IDAT", deflateSync(scanlines(bitmap))),
        chunk("IEND", Buffer.alloc(0)),
    ])
}

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex")
const BIT_DEPTH = 1
const PER_METRE = 1

/** A row is a byte that says "no filter" and then its dots, the leftmost in the highest bit; a bit that is set is white. */
function scanlines(bitmap: Bitmap): Buffer {
    const rowBytes = 1 + Math.ceil(bitmap.width / 8)
    const rows = Buffer.alloc(rowBytes * bitmap.height)
    for (let y = 0; y < bitmap.height; y++)
        for (let x = 0; x < bitmap.width; x++)
            if (!bitmap.isBlack(x, y)) rows[y * rowBytes + 1 + (x >> 3)] |= 0x80 >> (x & 7)
    return rows
}

function chunk(type: string, data: Uint8Array): Buffer {
    const body = Buffer.concat([Buffer.from(type, "latin1"), data])
    const framed = Buffer.alloc(body.length + 8)
    framed.writeUInt32BE(data.length, 0)
    body.copy(framed, 4)
    framed.writeUInt32BE(crc32(body), 4 + body.length)
    return framed
}

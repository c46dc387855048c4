/** The QR code in a picture: of a label or invitation as it was printed, or as somebody has taken a photograph of it. */
import { decode as decodeJpeg } from "jpeg-js"
import { PNG } from "pngjs"
import { decodeQR, type Image } from "qr/decode.js"
import { InputError } from "../input-error"
import { MAX_FILE_BYTES, readInputFile } from "../input-file"

/** As many as phones take in 2026; each is four bytes in memory, and more while it is decoded. */
const MOST_MEGAPIXELS = 64
const MOST_MEGABYTES = 1024
const PNG_HEAD = Buffer.from("89504e470d0a1a0a", "hex")
/** Of a PNG: where its first chunk has its width, and behind that its height. */
const SIZE_AT = 16
const JPEG_HEAD = Buffer.from("ffd8ff", "hex")

/**
 * @param path of a PNG or JPEG
 * @returns what the code says
 * @throws InputError if it is neither, is damaged, has more than 64 megapixels, or if no code is to be seen in it
 */
export function readCodeIn(path: string): string {
    const image = pixelsOf(path, readInputFile(path, MAX_FILE_BYTES.picture))
    try {
        // However slow the machine is, it looks as closely as it can.
        return decodeQR(image, { timeLimit: Number.POSITIVE_INFINITY })
    } catch {
        throw new InputError(
            `${path}: no QR code can be read there: take the picture from nearer, straight on and sharp, or type the groups below the code (--label)`,
        )
    }
}

function pixelsOf(path: string, bytes: Buffer): Image {
    const isPng = bytes.subarray(0, PNG_HEAD.length).equals(PNG_HEAD)
    if (!isPng && !bytes.subarray(0, JPEG_HEAD.length).equals(JPEG_HEAD))
        throw new InputError(`${path}: is neither a PNG nor a JPEG: give a picture of the code as one of those`)
    try {
        if (!isPng)
            return decodeJpeg(bytes, {
                useTArray: true,
                maxResolutionInMP: MOST_MEGAPIXELS,
                maxMemoryUsageInMB: MOST_MEGABYTES,
            })
        const pixels = bytes.readUInt32BE(SIZE_AT) * bytes.readUInt32BE(SIZE_AT + 4)
        if (pixels > MOST_MEGAPIXELS * 1e6) throw new Error(`more than ${MOST_MEGAPIXELS} megapixels`)
        return PNG.sync.read(bytes)
    } catch (error) {
        throw new InputError(`${path}: a picture that cannot be read: ${(error as Error).message}`)
    }
}

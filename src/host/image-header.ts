/** What a compiler's image says of itself: `devs_img_header_t` of the runtime's devs_format.h. */

const MAGIC = Buffer.from("446576530a6e29f1", "hex")
const VERSION_AT = 8
/** Start and length of the code of all functions. */
const CODE_AT = 40
const HEADER_BYTES = 112

/** The runtime takes up no image whose code ends here or behind it (verify.c, failure 1051). Strings and tables follow the code, and may. */
export const CODE_LIMIT = 0x1_0000

export function isImage(bytes: Uint8Array): boolean {
    return bytes.length >= HEADER_BYTES && MAGIC.equals(bytes.subarray(0, MAGIC.length))
}

/** Oldest runtime that can run it, 0xMMmmpppp of major, minor and patch version. @param image see `isImage` */
export function imageVersion(image: Uint8Array): number {
    return word(image, VERSION_AT)
}

/** Offset behind the code of its last function. @param image see `isImage` */
export function codeEnd(image: Uint8Array): number {
    return word(image, CODE_AT) + word(image, CODE_AT + 4)
}

function word(image: Uint8Array, at: number): number {
    return Buffer.from(image.buffer, image.byteOffset, image.length).readUInt32LE(at)
}

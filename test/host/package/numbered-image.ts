/** Offsets of sections in an image's header, and where they lie here. */
const CODE = 40
const FLOATS = 48
const ASCII_TABLE = 64
const STRINGS = 88
const BODY = 112

/** What is an image to whoever reads its header, and holds nothing but that `sequenceNumber` is set to this. */
export function numberedImage(sequenceNumber: number): Buffer {
    const float = Buffer.alloc(8)
    float.writeDoubleLE(sequenceNumber)
    // EXPRx_LOAD_LOCAL 0, EXPRx_STATIC_ASCII_STRING 0, EXPRx_LITERAL_F64 0, STMT3_INDEX_SET
    const sections: [number, Buffer][] = [
        [CODE, Buffer.from([21, 0, 37, 0, 41, 0, 25, 0])],
        [FLOATS, float],
        [ASCII_TABLE, Buffer.from([0, 0, 0, 0])],
        [STRINGS, Buffer.from("sequenceNumber\0\0")],
    ]
    const header = Buffer.alloc(BODY)
    Buffer.from("446576530a6e29f104001002", "hex").copy(header)
    let at = BODY
    for (const [place, bytes] of sections) {
        header.writeUInt32LE(at, place)
        header.writeUInt32LE(bytes.length, place + 4)
        at += bytes.length
    }
    return Buffer.concat([header, ...sections.map(([, bytes]) => bytes)])
}

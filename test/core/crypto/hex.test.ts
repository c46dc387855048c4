import { expect, test } from "vitest"
import { hex } from "../../../src/core/crypto/hex"

test("digits in either case, spaces and line breaks", () => {
    expect(hex``).toEqual(Buffer.alloc(0))
    expect(hex`00 ff
        aB
        0102`).toEqual(Buffer.from([0x00, 0xff, 0xab, 0x01, 0x02]))
})

import { expect, test } from "vitest"
import { workBuffer } from "../../../src/core/crypto/work-buffer"
import { rising } from "./vectors/bytes"

test("ranges are copied within and between buffers, also through the bare method", () => {
    const buffer = workBuffer(8)
    expect(buffer).toHaveLength(8)
    buffer.blitAt(2, rising(10, 1), 3, 4)
    expect([...buffer]).toEqual([0, 0, 4, 5, 6, 7, 0, 0])
    const { blitAt } = buffer
    blitAt(0, buffer, 4, 4)
    expect([...buffer]).toEqual([6, 7, 0, 0, 6, 7, 0, 0])
})

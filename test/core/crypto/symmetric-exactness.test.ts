import { expect, test } from "vitest"
import { type Assumptions, examineKernel, INT32, UINT8 } from "./interval"

const LIMB = { low: 0, high: 2 ** 22 - 1 }

/** Every kernel whose sums or products leave the int32 range, or could. */
const KERNELS: { file: string; kernel: string; assumptions: Assumptions }[] = [
    {
        file: "sha256",
        kernel: "compress",
        assumptions: { elements: { s: INT32, w: INT32, block: UINT8, CUBE_ROOTS: UINT8 } },
    },
    {
        file: "sha512",
        kernel: "compress",
        assumptions: {
            elements: { s: INT32, w: INT32, block: UINT8, CUBE_ROOTS: UINT8, sums: INT32 },
            names: { at: { low: 0, high: 2 ** 30 } },
        },
    },
    {
        file: "sha512",
        kernel: "addTo",
        assumptions: { elements: { state: INT32 }, names: { at: INT32, high: INT32, low: INT32 } },
    },
    { file: "chacha20", kernel: "nextBlock", assumptions: { elements: { input: INT32, output: INT32 } } },
    {
        file: "poly1305",
        kernel: "multiply",
        assumptions: { elements: { h: { low: 0, high: 2 ** 22 + 2 ** 14 - 1 }, r: LIMB, block: LIMB } },
    },
    { file: "poly1305", kernel: "limbs", assumptions: { elements: { data: UINT8 }, names: { at: INT32 } } },
]

test.each(KERNELS)("$file, $kernel: every intermediate result is exact", ({ file, kernel, assumptions }) => {
    const { violations, largest } = examineKernel(`src/core/crypto/${file}.ts`, kernel, assumptions)
    expect(violations).toEqual([])
    expect(largest).toBeGreaterThan(0)
    expect(largest).toBeLessThan(2 ** 53)
})

test("the examination finds a kernel that is not exact: limbs one and a half bits wider are too wide", () => {
    const wide = { low: 0, high: 2 ** 23.5 }
    const { violations } = examineKernel("src/core/crypto/poly1305.ts", "multiply", {
        elements: { h: wide, r: wide, block: wide },
    })
    expect(violations.length).toBeGreaterThan(0)
})

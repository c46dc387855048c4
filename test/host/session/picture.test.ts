/** Pairing by a picture of the label: what is printed, and what a camera makes of it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { encode as encodeJpeg } from "jpeg-js"
import { PNG } from "pngjs"
import { afterAll, describe, expect, test } from "vitest"
import { Random } from "../../../simulators/random"
import { makeLabel } from "../../../src/host/identity/label/label"
import { pairingUri } from "../../../src/host/identity/pairing-secret"
import { readCodeIn } from "../../../src/host/session/picture"
import { DOORBELL } from "../identity/factory"

const SECRET = Buffer.from("00112233445566778899aabbccddeeff", "hex")
const SAID = pairingUri(DOORBELL.serial, SECRET)
const PRINTED = Buffer.from(makeLabel(DOORBELL, SECRET).png)
const [WIDTH, HEIGHT] = [1200, 900]

const folder = mkdtempSync(join(tmpdir(), "domovoi-picture-"))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, bytes: Uint8Array): string {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    return path
}

/** The label on a grey case, as a camera sees it: turned, from the side, out of focus, in uneven light, with grain. */
function photograph(seed: number): Buffer {
    const random = new Random(`photograph/${seed}`)
    const between = (least: number, most: number) => least + ((most - least) * random.below(1001)) / 1000
    const label = PNG.sync.read(PRINTED)
    const [angle, scale] = [between(-0.6, 0.6), between(1.2, 2)]
    const [cos, sin] = [Math.cos(angle) / scale, Math.sin(angle) / scale]
    const [leanX, leanY] = [between(-2e-4, 2e-4), between(-2e-4, 2e-4)]
    const greyAt = (x: number, y: number) => {
        const [fromX, fromY] = [x - WIDTH / 2, y - HEIGHT / 2]
        const depth = 1 + leanX * fromX + leanY * fromY
        const u = Math.floor((cos * fromX + sin * fromY) / depth + label.width / 2)
        const v = Math.floor((cos * fromY - sin * fromX) / depth + label.height / 2)
        return u < 0 || v < 0 || u >= label.width || v >= label.height ? 120 : label.data[4 * (v * label.width + u)]
    }
    const data = Buffer.alloc(4 * WIDTH * HEIGHT, 255)
    for (let y = 0; y < HEIGHT; y++)
        for (let x = 0; x < WIDTH; x++) {
            const seen = (greyAt(x, y) + greyAt(x + 1, y) + greyAt(x, y + 1) + greyAt(x + 1, y + 1)) / 4
            const light = 0.5 + (0.4 * x) / WIDTH
            const at = 4 * (y * WIDTH + x)
            data.fill(Math.round(30 + 0.8 * seen * light + random.below(16)), at, at + 3)
        }
    return encodeJpeg({ width: WIDTH, height: HEIGHT, data }, 70).data
}

/** The label's file, with another size in its head. */
function huge(): Buffer {
    const bytes = Buffer.from(PRINTED)
    bytes.writeUInt32BE(1 << 20, 16)
    bytes.writeUInt32BE(1 << 20, 20)
    return bytes
}

describe("the code in a picture", () => {
    test("is read from the label's own file", () => {
        expect(readCodeIn(file("label.png", PRINTED))).toBe(SAID)
    })

    test.each([1, 2, 3, 4, 5, 6])("is read from photograph %i", seed => {
        expect(readCodeIn(file(`${seed}.jpg`, photograph(seed)))).toBe(SAID)
    })

    test.each([
        ["nothing that is a picture", Buffer.from("DOMOVOI:1:GV-1:0000"), "neither a PNG nor a JPEG"],
        ["half a PNG", PRINTED.subarray(0, PRINTED.length >> 1), "cannot be read"],
        ["the beginning of a JPEG", photograph(1).subarray(0, 400), "cannot be read"],
        ["a PNG of 2^40 pixels", huge(), "more than 64 megapixels"],
        ["a picture of something else", PNG.sync.write(new PNG({ width: 300, height: 200 })), "no QR code"],
    ])("is not found in %s", (name, bytes, why) => {
        expect(() => readCodeIn(file(name, bytes))).toThrow(why)
    })
})

/**
 * Compares AES-256-CCM with the runtime's own, where that applies: nonces of 13 bytes, no associated data. Prints the
 * lengths that differ.
 */
import * as ds from "@devicescript/core"
import { decrypt, encrypt } from "@devicescript/crypto"
import { AesCcm } from "../../src/core/crypto/ccm"
import { Draws } from "../core/crypto/random-run"

const pause = async () => await ds.sleep(1)
const draws = new Draws(3610)
const none = Buffer.alloc(0)
let same = 0

for (let length = 0; length < 100; length++) {
    const key = draws.bytes(32)
    const nonce = draws.bytes(13)
    const text = draws.bytes(length)
    const tagLength = 4 << draws.below(3)
    const ccm = new AesCcm(key, tagLength)
    const ours = await ccm.seal(nonce, none, text, pause)
    const native = { algo: "aes-256-ccm" as const, key, iv: nonce, tagLength: tagLength as 4 | 8 | 16 }
    const theirs = encrypt({ data: text, ...native })
    const opened = await ccm.open(nonce, none, theirs, pause)
    const openedByThem = decrypt({ data: ours, ...native })
    if (
        ours.toString("hex") === theirs.toString("hex") &&
        opened.toString("hex") === text.toString("hex") &&
        openedByThem.toString("hex") === text.toString("hex")
    )
        same++
    else console.log(`different: ${length} bytes, tag of ${tagLength}`)
}
console.log(`${same} same`)

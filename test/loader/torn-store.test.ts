import { expect, test } from "vitest"
import { eraseTornStore } from "../../simulators/board/torn-store"
import { NorFlash } from "../../simulators/flash"
import { Random } from "../../simulators/random"
import { flashOf, STORES } from "./torn-stores"

test.each(Object.entries(STORES))(
    "the simulator's stage leaves a sound store, and erases one with %s if it is torn",
    (_, store) => {
        const bytes = flashOf(store)
        const flash = new NorFlash(bytes.length, new Random("a flash"))
        flash.bytes.set(bytes)
        expect(eraseTornStore(flash) > 0).toBe(store.torn)
        const erased = bytes.slice()
        if (store.torn) erased.fill(0xff, 0, 2 * Math.floor(bytes.length / 4096 / 16) * 4096)
        expect(Buffer.from(flash.bytes).equals(erased)).toBe(true)
    },
)

import { describe, expect, test } from "vitest"
import { refusalName } from "../../../src/host/package/refusals"
import { BAD_PACKAGES } from "./bad-packages"
import { craft } from "./craft"
import { receive } from "./device"

describe.each(BAD_PACKAGES)("refused over %s:", (_, cases) => {
    test.each(cases)("%s: %s", async (_what, reason, change, setup) => {
        const { refusal, offer } = await receive(await craft(change), setup)
        expect(refusalName(refusal)).toBe(reason)
        expect(offer).toBeUndefined()
    })
})
